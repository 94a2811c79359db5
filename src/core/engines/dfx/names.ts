import type { EngineNames } from '../engine';

export const DFX: EngineNames = { name: 'dfx', manifestNames: ['dfx.json'] };

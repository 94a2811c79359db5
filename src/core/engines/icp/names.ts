import type { EngineNames } from '../engine';
import { PROJECT_MANIFEST } from './manifest';

export const ICP: EngineNames = { name: 'icp', manifestNames: [PROJECT_MANIFEST] };

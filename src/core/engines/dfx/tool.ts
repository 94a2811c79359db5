import { Tool, type ToolHost } from '../../process/tool';
import { dfxEnvironment } from './environment';
import { classifyFailure } from './errors';
import { type LocateOptions, locateDfx } from './locate';
import { PromptDetector } from './prompts';

export interface DfxToolOptions extends Omit<LocateOptions, 'setting'>, ToolHost {
  /** The user's setting for the path of dfx; empty where it is not set. */
  readonly setting: () => string;
  /** The user's setting that lets plaintext identities act on mainnet. */
  readonly allowPlaintextOnMainnet: () => boolean;
}

/** dfx, which is found and run anew for each command. */
export function dfxTool(options: DfxToolOptions): Tool {
  return new Tool(
    {
      name: 'dfx',
      choose: 'choose-dfx',
      locate: () => locateDfx({ ...options, setting: options.setting() }),
      environment: (background) =>
        dfxEnvironment(
          options.env,
          background ? { background } : { allowPlaintextOnMainnet: options.allowPlaintextOnMainnet() },
        ),
      questions: () => new PromptDetector(),
      explain: classifyFailure,
    },
    options,
  );
}

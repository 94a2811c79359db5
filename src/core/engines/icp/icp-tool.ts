import { Tool, type ToolHost } from '../../process/tool';
import { icpEnvironment } from './environment';
import { classifyFailure } from './failures';
import { type LocateOptions, locateIcp } from './locate';

export interface IcpToolOptions extends Omit<LocateOptions, 'setting'>, ToolHost {
  /** The user's setting for the path of icp; empty where it is not set. */
  readonly setting: () => string;
}

/** icp, which is found and run anew for each command. */
export function icpTool(options: IcpToolOptions): Tool {
  return new Tool(
    {
      name: 'icp',
      choose: 'choose-icp',
      locate: () => locateIcp({ ...options, setting: options.setting() }),
      environment: (background) => icpEnvironment(options.env, { background }),
      // Without a terminal, icp asks nothing.
      questions: () => ({ line: () => undefined, isQuestion: () => false }),
      explain: classifyFailure,
    },
    options,
  );
}

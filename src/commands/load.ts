import path from 'node:path';
import type * as vscode from 'vscode';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import type { CommandParts, Commands } from './index';
import type { CommandRegistry } from './registry';

/** Commands that rows run and that nobody finds in the palette. */
const INTERNAL = ['icCanisters.openFile'];

/**
 * Registers every command of package.json. What they do is a bundle of its own, larger than all that activation needs
 * and loaded when the first of them is run.
 */
export function registerCommands(registry: CommandRegistry, parts: CommandParts): { get(): Commands } {
  const { context } = parts;
  let commands: Commands | undefined;
  const get = (): Commands => {
    if (!commands) {
      // The path is put together here so that the bundler leaves it alone.
      const { createCommands } = require(
        path.join(context.extensionPath, 'dist', 'commands.js'),
      ) as typeof import('./index');
      commands = createCommands(parts);
    }
    return commands;
  };
  for (const id of [...contributed(context.extension), ...INTERNAL]) {
    registry.register(id, (...args) => {
      const handler = get().handlers.get(id);
      if (!handler) {
        throw new Failure({ message: msg('There is no command {0}.', id) });
      }
      return handler(...args);
    });
  }
  return { get };
}

function contributed({ packageJSON }: vscode.Extension<unknown>): string[] {
  const { contributes } = packageJSON as { contributes: { commands: { command: string }[] } };
  return contributes.commands.map(({ command }) => command);
}

import * as vscode from 'vscode';
import type { InstallMode } from '../core/engines/dfx/commands';
import type { BuildReport, OperationOptions } from '../core/lifecycle/dfx-operations';
import type { Operation } from '../core/lifecycle/fits';
import type { CanisterRef, Outcome } from '../core/lifecycle/outcome';
import type { LifecycleService } from '../core/lifecycle/service';
import { type Message, msg } from '../core/util/message';

/** An operation as a command: what it asks, what it says while it runs and when it fails, and what it does. */
export interface OperationCommand {
  readonly operation: Operation;
  /** Over the list of canisters, when it is called without one. */
  readonly question: () => string;
  readonly running: (names: string) => string;
  /** `{0}` holds the causes. */
  readonly failed: (causes: string) => Message;
  readonly run: (
    service: LifecycleService,
    targets: readonly CanisterRef[],
    options: OperationOptions,
  ) => Promise<readonly Outcome[] | BuildReport>;
}

const installing =
  (mode: Exclude<InstallMode, 'auto'>): OperationCommand['run'] =>
  (service, targets, options) =>
    service.install(targets, mode, options);

export const OPERATION_COMMANDS = {
  start: {
    operation: 'start',
    question: () => vscode.l10n.t('Start which canisters?'),
    running: (names) => vscode.l10n.t('Starting {0}…', names),
    failed: (causes) => msg('Starting failed. {0}', causes),
    run: (service, targets, { signal }) => service.start(targets, signal),
  },
  stop: {
    operation: 'stop',
    question: () => vscode.l10n.t('Stop which canisters?'),
    running: (names) => vscode.l10n.t('Stopping {0}…', names),
    failed: (causes) => msg('Stopping failed. {0}', causes),
    run: (service, targets, { signal }) => service.stop(targets, signal),
  },
  create: {
    operation: 'create',
    question: () => vscode.l10n.t('Create which canisters?'),
    running: (names) => vscode.l10n.t('Creating {0}…', names),
    failed: (causes) => msg('Creating failed. {0}', causes),
    run: (service, targets, options) => service.create(targets, options),
  },
  build: {
    operation: 'build',
    question: () => vscode.l10n.t('Build which canisters?'),
    running: (names) => vscode.l10n.t('Building {0}…', names),
    failed: (causes) => msg('Building failed. {0}', causes),
    run: (service, targets, options) => service.build(targets, options),
  },
  deploy: {
    operation: 'deploy',
    question: () => vscode.l10n.t('Deploy which canisters?'),
    running: (names) => vscode.l10n.t('Deploying {0}…', names),
    failed: (causes) => msg('Deploying failed. {0}', causes),
    run: (service, targets, options) => service.deploy(targets, options),
  },
  install: {
    operation: 'install',
    question: () => vscode.l10n.t('Install which canisters?'),
    running: (names) => vscode.l10n.t('Installing {0}…', names),
    failed: (causes) => msg('Installing failed. {0}', causes),
    run: installing('install'),
  },
  upgrade: {
    operation: 'upgrade',
    question: () => vscode.l10n.t('Upgrade which canisters?'),
    running: (names) => vscode.l10n.t('Upgrading {0}…', names),
    failed: (causes) => msg('Upgrading failed. {0}', causes),
    run: installing('upgrade'),
  },
  reinstall: {
    operation: 'reinstall',
    question: () => vscode.l10n.t('Reinstall which canisters?'),
    running: (names) => vscode.l10n.t('Reinstalling {0}…', names),
    failed: (causes) => msg('Reinstalling failed. {0}', causes),
    run: installing('reinstall'),
  },
  uninstall: {
    operation: 'uninstall',
    question: () => vscode.l10n.t('Uninstall the code of which canisters?'),
    running: (names) => vscode.l10n.t('Uninstalling {0}…', names),
    failed: (causes) => msg('Uninstalling failed. {0}', causes),
    run: (service, targets, { signal }) => service.native.uninstall(targets, signal),
  },
  delete: {
    operation: 'delete',
    question: () => vscode.l10n.t('Delete which canisters?'),
    running: (names) => vscode.l10n.t('Deleting {0}…', names),
    failed: (causes) => msg('Deleting failed. {0}', causes),
    run: (service, targets, options) => service.delete(targets, options),
  },
  generate: {
    operation: 'generate',
    question: () => vscode.l10n.t('Generate bindings for which canisters?'),
    running: (names) => vscode.l10n.t('Generating bindings for {0}…', names),
    failed: (causes) => msg('Generating bindings failed. {0}', causes),
    run: (service, targets, options) => service.generate(targets, options),
  },
} as const satisfies Record<string, OperationCommand>;

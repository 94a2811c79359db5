import { openPage } from '../ui/dialogs';
import { addNetwork } from './add-network';
import { allowSigning, revokeSigning } from './agree-to-sign';
import { callAgain, callMethod, callWithArguments, copyReply } from './call-method';
import { callRequest, copyCallAs } from './call-request';
import type { CommandHandler } from './command-context';
import { convertToIcp, writeConversion } from './convert-project';
import { copyCanisterId, copyValue } from './copy-values';
import { continueNewProject, createProject, openSample, startAndDeploy } from './create-project';
import { addController, editSettings } from './edit-settings';
import { deployDependencies, initDependencies, pullDependencies } from './manage-dependencies';
import {
  copyAccountId,
  copyPrincipal,
  createIdentity,
  followTool,
  importIdentity,
  lockAllIdentities,
  lockIdentity,
  removeIdentity,
  renameIdentity,
  selectIdentity,
  selectIdentityInTool,
  unlockIdentity,
  useIdentity,
} from './manage-identities';
import {
  copyNetworkUrl,
  eraseAndStartNetwork,
  resetNetwork,
  startNetwork,
  stopNetwork,
  useNetwork,
} from './manage-networks';
import { manageSnapshots } from './manage-snapshots';
import { openDefinition, openFile, openProjectAbove } from './open-file';
import { openCandidUi, openDashboard, openFrontend } from './open-in-browser';
import { openCanisterPage } from './open-page';
import { reportIssue } from './report-issue';
import { deployProjects, runOnAll, runOnChosen } from './run-operation';
import { selectNetwork } from './select-network';
import { checkTool, chooseTool, openInstallGuide, setUpTool } from './set-up-tools';
import { showLogs } from './show-logs';
import { topUpCanisters } from './top-up-canisters';

/** Every command of package.json, and what rows run beside them. */
export const COMMANDS: Readonly<Record<string, CommandHandler>> = {
  'icCanisters.start': runOnChosen('start'),
  'icCanisters.stop': runOnChosen('stop'),
  'icCanisters.create': runOnChosen('create'),
  'icCanisters.build': runOnChosen('build'),
  'icCanisters.deploy': runOnChosen('deploy'),
  'icCanisters.deployAnyway': runOnChosen('deploy-anyway'),
  'icCanisters.install': runOnChosen('install'),
  'icCanisters.upgrade': runOnChosen('upgrade'),
  'icCanisters.reinstall': runOnChosen('reinstall'),
  'icCanisters.uninstall': runOnChosen('uninstall'),
  'icCanisters.delete': runOnChosen('delete'),
  'icCanisters.forget': runOnChosen('forget'),
  'icCanisters.sync': runOnChosen('sync'),
  'icCanisters.generate': runOnChosen('generate'),
  'icCanisters.topUp': topUpCanisters,
  'icCanisters.settings': editSettings,
  'icCanisters.addController': addController,
  'icCanisters.snapshots': manageSnapshots,
  'icCanisters.call': callMethod,
  'icCanisters.callAgain': callAgain,
  'icCanisters.callWithArguments': callWithArguments,
  'icCanisters.callRequest': callRequest,
  'icCanisters.copyCallAs': copyCallAs,
  'icCanisters.copyReply': copyReply,
  'icCanisters.logs': showLogs,
  'icCanisters.openPage': openCanisterPage,

  'icCanisters.startAll': runOnAll('start'),
  'icCanisters.stopAll': runOnAll('stop'),
  'icCanisters.createAll': runOnAll('create'),
  'icCanisters.buildAll': runOnAll('build'),
  'icCanisters.deleteAll': runOnAll('delete'),
  'icCanisters.deployAll': deployProjects,
  'icCanisters.depsPull': pullDependencies,
  'icCanisters.depsInit': initDependencies,
  'icCanisters.depsDeploy': deployDependencies,

  'icCanisters.refresh': ({ workspace }) => workspace.refresh(),
  'icCanisters.copyId': copyCanisterId,
  'icCanisters.copyValue': copyValue,
  'icCanisters.openFile': openFile,
  'icCanisters.openInDfxJson': openDefinition,
  'icCanisters.openInIcpYaml': openDefinition,
  'icCanisters.openCandidUi': openCandidUi,
  'icCanisters.openFrontend': openFrontend,
  'icCanisters.openDashboard': openDashboard,
  'icCanisters.showLog': ({ log }) => log.show(),
  'icCanisters.reportIssue': reportIssue,

  'icCanisters.newProject': createProject,
  'icCanisters.openSample': openSample,
  'icCanisters.continueNewProject': continueNewProject,
  'icCanisters.startAndDeploy': startAndDeploy,
  'icCanisters.convertToIcp': convertToIcp,
  'icCanisters.writeConversion': writeConversion,
  'icCanisters.openProjectAbove': openProjectAbove,
  'icCanisters.installDfx': openInstallGuide('dfx'),
  'icCanisters.chooseDfx': chooseTool('dfx'),
  'icCanisters.installIcp': openInstallGuide('icp'),
  'icCanisters.chooseIcp': chooseTool('icp'),
  'icCanisters.setUpTool': setUpTool,
  'icCanisters.checkTool': checkTool,

  'icCanisters.selectNetwork': selectNetwork,
  'icCanisters.useNetwork': useNetwork,
  'icCanisters.startNetwork': startNetwork,
  'icCanisters.stopNetwork': stopNetwork,
  'icCanisters.startNetworkClean': eraseAndStartNetwork,
  'icCanisters.resetNetwork': resetNetwork,
  'icCanisters.addNetwork': addNetwork,
  'icCanisters.allowSigning': allowSigning,
  'icCanisters.revokeSigning': revokeSigning,
  'icCanisters.copyNetworkUrl': copyNetworkUrl,
  'icCanisters.openNetworkDashboard': () => openPage('https://dashboard.internetcomputer.org'),
  'icCanisters.refreshNetworks': ({ networks }) => networks.refresh(),

  'icCanisters.selectIdentity': selectIdentity,
  'icCanisters.useIdentity': useIdentity,
  'icCanisters.followDfxIdentity': followTool,
  'icCanisters.followIcpIdentity': followTool,
  'icCanisters.useIdentityInDfx': selectIdentityInTool,
  'icCanisters.useIdentityInIcp': selectIdentityInTool,
  'icCanisters.newIdentity': createIdentity,
  'icCanisters.importIdentity': importIdentity,
  'icCanisters.renameIdentity': renameIdentity,
  'icCanisters.removeIdentity': removeIdentity,
  'icCanisters.copyPrincipal': copyPrincipal,
  'icCanisters.copyAccountId': copyAccountId,
  'icCanisters.unlockIdentity': unlockIdentity,
  'icCanisters.lockIdentity': lockIdentity,
  'icCanisters.lockAllIdentities': lockAllIdentities,
};

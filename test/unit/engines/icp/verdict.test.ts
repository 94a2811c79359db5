/** What icp loads and what it refuses, judged by the real icp in the run. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parseYaml } from '../../../../src/core/document/parse-yaml';
import { propertiesOf, type ValueNode } from '../../../../src/core/document/tree';
import { effectiveArgument, effectiveSettings } from '../../../../src/core/engines/icp/effective';
import { FileCache, loadProjectFiles, type ProjectFiles } from '../../../../src/core/engines/icp/project-files';
import { formatMessage } from '../../../../src/core/util/message';
import { runIcp, withoutIcp } from '../../../support/icp-binary';
import { open, see } from './language/support';
import { type Files, PROJECTS } from './manifests';

/** What a project comes to: its canisters, and for each environment the network and what differs there. */
interface Digest {
  readonly canisters: readonly string[];
  readonly networks: readonly string[];
  readonly environments: Readonly<Record<string, readonly string[]>>;
}

function digest(project: ProjectFiles): Digest {
  const environments = [...project.environments.values()].map((environment): [string, string[]] => {
    const canisters = project.canisters
      .filter(({ key }) => environment.canisters.has(key))
      .map((canister) => {
        const { computeAllocation, environmentVariables } = effectiveSettings(canister, environment);
        const argument = effectiveArgument(canister, environment, false);
        return describeCanister(canister.key, computeAllocation, environmentVariables?.keys(), argument !== undefined);
      });
    return [environment.name, [environment.network, ...canisters.sort()]];
  });
  return {
    canisters: project.canisters.map(({ key }) => key),
    networks: [...project.networks.values()]
      .map(({ name, configuration }) => {
        if (configuration.mode === 'managed') {
          return `${name} ${configuration.form === 'image' ? 'image' : `${configuration.bind} ${configuration.port}`}`;
        }
        return `${name} ${configuration.mode === 'connected' ? new URL(configuration.apiUrl).href : 'broken'}`;
      })
      .sort(),
    environments: Object.fromEntries(environments.sort(([x], [y]) => (x < y ? -1 : 1))),
  };
}

/** The same, from the output of `icp project show`. */
function digestOf(shown: string): Digest {
  const at = (node: ValueNode | undefined, ...path: readonly (string | number)[]): ValueNode | undefined =>
    path.reduce<ValueNode | undefined>((inner, step) => {
      if (inner?.type === 'object') {
        return propertiesOf(inner).get(String(step))?.value;
      }
      return inner?.type === 'array' ? inner.items[Number(step)] : undefined;
    }, node);
  const text = (node: ValueNode | undefined): string =>
    node?.type === 'string' ? node.value : node !== undefined && 'raw' in node ? node.raw : '';
  const entries = (node: ValueNode | undefined): [string, ValueNode | undefined][] =>
    node?.type === 'object' ? node.properties.map(({ key, value }) => [key.value, value]) : [];
  const { root } = parseYaml(shown);
  const environments = entries(at(root, 'environments')).map(([name, environment]): [string, string[]] => {
    const canisters = entries(at(environment, 'canisters')).map(([key, entry]) => {
      const settings = at(entry, 1, 'settings');
      const compute = text(at(settings, 'compute_allocation'));
      const variables = at(settings, 'environment_variables');
      const names = variables && entries(variables).map(([variable]) => variable);
      const argument = ['object', 'array'].includes(at(entry, 1, 'init_args')?.type ?? '');
      return describeCanister(key, compute === '' ? undefined : BigInt(compute), names, argument);
    });
    return [name, [text(at(environment, 'network', 'name')), ...canisters.sort()]];
  });
  return {
    canisters: entries(at(root, 'canisters')).map(([key]) => key),
    networks: entries(at(root, 'networks'))
      .map(([name, shownNetwork]) => {
        const configuration = at(shownNetwork, 'configuration');
        if (text(at(configuration, 'mode')) === 'connected') {
          return `${name} ${text(at(configuration, 'api-url'))}`;
        }
        const port = text(at(configuration, 'gateway', 'port'));
        return `${name} ${at(configuration, 'image') === undefined ? `${text(at(configuration, 'gateway', 'bind'))} ${port === 'Random' ? 0 : port}` : 'image'}`;
      })
      .sort(),
    environments: Object.fromEntries(environments.sort(([x], [y]) => (x < y ? -1 : 1))),
  };
}

function describeCanister(
  key: string,
  compute: bigint | undefined,
  variables: Iterable<string> | undefined,
  argument: boolean,
): string {
  return `${key} ${compute ?? '-'} ${variables === undefined ? '-' : [...variables].sort().join('+')} ${argument ? 'argument' : '-'}`;
}

describe('the verdict on a manifest', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'icp-verdict-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  let count = 0;
  const write = (files: Files): string => {
    const root = join(folder, String(count++));
    for (const [name, content] of Object.entries(typeof files === 'string' ? { 'icp.yaml': files } : files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return root;
  };
  const load = (root: string): Promise<ProjectFiles> => loadProjectFiles(join(root, 'icp.yaml'), new FileCache());
  const refusals = ({ refusals }: ProjectFiles): string[] => refusals.map(({ message }) => formatMessage(message));

  it('is the same as icp gives', { skip: withoutIcp }, async () => {
    const names = Object.keys(PROJECTS);
    assert.ok(names.length >= 150);
    const different: string[] = [];
    const queue = [...names];
    const judge = async (): Promise<void> => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        const root = write(PROJECTS[name]!);
        const { code, stdout, stderr } = await runIcp(['project', 'show'], { cwd: root, home: join(folder, 'home') });
        const project = await load(root);
        const ours = refusals(project);
        const text = readFileSync(join(root, 'icp.yaml'), 'utf8');
        const opened = await open(root, text);
        const errors = opened.findings.filter(({ severity }) => severity === 'error');
        // A byte order mark is no part of the text in an editor, and what is no text has no findings but that.
        if (!opened.document.isTemplate && errors.length > 0 !== (code !== 0)) {
          const seen = errors.map((each) => JSON.stringify(see(opened.document.source.text, each))).join(' ');
          different.push(`${name}: icp ${code === 0 ? 'loads' : 'refuses'} it, the editor shows ${seen || 'nothing'}`);
        }
        if ((code === 0) !== (ours.length === 0)) {
          different.push(
            `${name}: icp ${code === 0 ? 'loads' : 'refuses'} it, we say ${ours.join(' ') || 'nothing'}\n${stderr}`,
          );
        } else if (code === 0) {
          const theirs = digestOf(stdout);
          const read = digest(project);
          if (!isDeepStrictEqual(theirs, read)) {
            different.push(`${name}: icp reads ${JSON.stringify(theirs)}, we read ${JSON.stringify(read)}`);
          }
        }
      }
    };
    await Promise.all([judge(), judge(), judge()]);
    assert.deepEqual(different, []);
  });
});

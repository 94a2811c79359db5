import { msg } from '../../../../util/message';
import type { CheckContext } from '../check-context';

/** The name in `ICP_CLI_CID_<NAME>`. */
function environmentName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

export function checkNames({ model, project, findings, file }: CheckContext): void {
  const first = new Map<
    string,
    {
      readonly name: string;
      readonly file: string;
      readonly range?: { readonly offset: number; readonly length: number };
    }[]
  >();
  for (const { key, name, place, member } of project.canisters) {
    if (member === undefined) {
      const shared = environmentName(key);
      first.set(shared, [...(first.get(shared) ?? []), { name, file: place.file, range: place.range }]);
    }
  }
  for (const { name } of model.canisters) {
    const others = name && first.get(environmentName(name.value))?.filter((other) => other.name !== name.value);
    if (name === undefined || others === undefined || others.length === 0) {
      continue;
    }
    const variable = `ICP_CLI_CID_${environmentName(name.value)}`;
    findings.report(
      'colliding-name',
      name,
      msg('"{0}" and "{1}" share the environment variable {2}.', name.value, others[0]!.name, variable),
      {
        related: others.flatMap((other) =>
          other.file === file && other.range ? [{ message: msg('The other canister'), range: other.range }] : [],
        ),
      },
    );
  }
}

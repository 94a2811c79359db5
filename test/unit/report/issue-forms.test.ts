/** The forms of the repository against what the extension fills into them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { DFX } from '../../../src/core/engines/dfx/names';
import { ICP } from '../../../src/core/engines/icp/names';
import { formUrl } from '../../../src/core/report/issue-report';

const ROOT = path.resolve(__dirname, '../../..');
const FOLDER = path.join(ROOT, '.github', 'ISSUE_TEMPLATE');
const read = (...names: string[]) => readFileSync(path.join(ROOT, ...names), 'utf8');

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly label: string; readonly description?: string; readonly options?: readonly string[] };
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  readonly body: readonly Field[];
}

const config = parse(readFileSync(path.join(FOLDER, 'config.yml'), 'utf8'));
const forms = readdirSync(FOLDER)
  .filter((file) => file !== 'config.yml')
  .map((file) => ({ file, form: parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Form }));

const ISSUES = 'https://github.com/a/b/issues';
const engines = [ICP, DFX].map(({ manifestNames }) => manifestNames[0]!);

describe('the forms of issues', () => {
  it('have what GitHub asks of a form: names, ids that are there once, options', () => {
    assert.ok(forms.length >= 3);
    for (const { file, form } of forms) {
      assert.ok(form.name && form.description && form.labels.length > 0, file);
      const ids = form.body.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, file);
      for (const { id, type, attributes } of form.body) {
        assert.match(id ?? '', /^[\w-]+$/, file);
        assert.ok(['textarea', 'input', 'dropdown', 'markdown', 'checkboxes'].includes(type), type);
        assert.ok(attributes.label, id);
        assert.equal(type === 'dropdown', attributes.options !== undefined, id);
      }
    }
  });

  it('have the fields that "Report an issue…" fills, and what it chooses', () => {
    for (const manifests of [[], [engines[0]!], [engines[1]!, engines[1]!], engines]) {
      const url = new URL(formUrl(ISSUES, manifests, () => '- VS Code: `1.100` & more\n', 7_500));
      assert.equal(url.origin + url.pathname, `${ISSUES}/new`);
      const { template, ...filled } = Object.fromEntries(url.searchParams);
      const form = forms.find(({ file }) => file === template)?.form ?? assert.fail(template);
      assert.equal(filled['versions'], '- VS Code: `1.100` & more\n');
      for (const [id, value] of Object.entries(filled)) {
        const field = form.body.find((each) => each.id === id) ?? assert.fail(id);
        if (field.type === 'dropdown') {
          assert.ok(field.attributes.options?.includes(value), `${id}: ${value}`);
        }
      }
    }
  });

  it('offer every kind of project that there is, and no other', () => {
    const options = forms.flatMap(({ form }) => form.body).find(({ id }) => id === 'engine')?.attributes.options;
    assert.deepEqual(options, [...engines, 'both', 'none']);
  });

  it('are named as the command and the chapter are that they point at', () => {
    const title: string = JSON.parse(read('package.nls.json'))['command.reportIssue'];
    assert.ok(title);
    const texts = forms.map(({ file }) => readFileSync(path.join(FOLDER, file), 'utf8')).join('\n');
    assert.ok(texts.includes(`"Canisters: ${title}"`), title);
    assert.match(texts, /"Troubleshooting" in the README/);
    assert.match(read('README.md'), /^## Troubleshooting$/m);
  });

  it('leave the blank form, which VS Code’s own reporter opens', () => {
    assert.equal(config.blank_issues_enabled, true);
  });

  it('are not filled with more than an address takes', () => {
    const url = formUrl(ISSUES, engines, (limit) => '&'.repeat(limit), 7_500);
    assert.ok(url.length <= 7_500 && url.length > 5_000, String(url.length));
  });
});

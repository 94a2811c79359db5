import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CurrentFindings } from '../../../src/core/lifecycle/compiler-findings';
import type { CompilerDiagnostic } from '../../../src/core/process/diagnostics';

function found(file: string, message = 'unbound variable'): CompilerDiagnostic {
  return { file, line: 0, column: 0, endLine: 0, endColumn: 1, message, severity: 'error', source: 'moc' };
}

function files(findings: CurrentFindings): Record<string, string[]> {
  return Object.fromEntries([...findings.byFile()].map(([file, all]) => [file, all.map(({ message }) => message)]));
}

describe('what compilers said', () => {
  it('is kept of one canister while another is built', () => {
    const findings = new CurrentFindings();
    findings.add({ root: '/p', canisters: ['ledger'], diagnostics: [found('/p/ledger.mo')] });
    findings.add({ root: '/other', canisters: ['counter'], diagnostics: [found('/other/counter.mo')] });
    findings.begin('/p', ['counter']);
    findings.add({ root: '/p', canisters: ['counter'], diagnostics: [found('/p/counter.mo')] });
    assert.deepEqual(Object.keys(files(findings)), ['/p/ledger.mo', '/other/counter.mo', '/p/counter.mo']);
    findings.begin('/p', ['counter']);
    assert.deepEqual(Object.keys(files(findings)), ['/p/ledger.mo', '/other/counter.mo']);
  });

  it('goes when each canister that was built with it is built again', () => {
    const findings = new CurrentFindings();
    findings.add({ root: '/p', canisters: ['counter', 'ledger'], diagnostics: [found('/p/ledger.mo')] });
    findings.begin('/p', ['counter']);
    assert.deepEqual(Object.keys(files(findings)), ['/p/ledger.mo']);
    findings.begin('/p', ['ledger']);
    assert.deepEqual(files(findings), {});
  });

  it('goes with the text that it was said of', () => {
    const findings = new CurrentFindings();
    findings.add({ root: '/p', canisters: ['counter'], diagnostics: [found('/p/a.mo'), found('/p/b.mo')] });
    findings.forget('/p/a.mo');
    assert.deepEqual(Object.keys(files(findings)), ['/p/b.mo']);
  });

  it('is there once, where two builds found it', () => {
    const findings = new CurrentFindings();
    const shared = found('/p/lib.mo');
    findings.add({ root: '/p', canisters: ['counter'], diagnostics: [shared] });
    findings.add({ root: '/p', canisters: ['ledger'], diagnostics: [shared, found('/p/lib.mo', 'unused')] });
    assert.deepEqual(files(findings), { '/p/lib.mo': ['unbound variable', 'unused'] });
  });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { ProjectSnapshot } from '../../../src/core/monitor/project-snapshot';
import { diagnosis, type PastFailure, type ReportFacts } from '../../../src/core/report/issue-report';
import { publicUrl, withoutSecrets } from '../../../src/core/report/secrets';
import { msg } from '../../../src/core/util/message';

const PHRASE =
  'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual';
const PEM = [
  '-----BEGIN EC PRIVATE KEY-----',
  'MHQCAQEEIIS7BXyKFRyA2+Ovrnx3W6WHJPgl0fNPkmfRfTLh8ZpZoAcGBSuBBAAK',
  'oUQDQgAEsy4Vfp4hJ7LrqQCNAmqxyN2Zl1qVbUzTzFMi8pM0aHfzvUc3cFUVBWwk',
  '-----END EC PRIVATE KEY-----',
].join('\n');
const JWT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWl0';
const HEX_KEY = '84bb057c8a151c80dbe3afae7c775ba58724f825d1f34f9267d17d32e1f19a59';
const PRINCIPAL = 'rwlgt-iiaaa-aaaaa-aaaaa-cai';

const surroundings = {
  home: '/home/miriam',
  folders: ['/home/miriam/work/acme-secret-project'],
  env: { GITHUB_TOKEN: 'ghp_0123456789abcdef', PATH: '/usr/bin', MY_API_KEY: 'short' },
};

/** What a report may not hold, however it stands in a text. */
const SECRETS: readonly (readonly [text: string, ...secrets: string[]])[] = [
  [PHRASE, 'abandon', 'actual'],
  [`Error: could not import "${PHRASE}" as a key`, 'abandon', 'actual'],
  [
    PHRASE.split(' ')
      .map((word, index) => `${index + 1}. ${word}`)
      .join('\n'),
    'abandon',
    'actual',
  ],
  [PHRASE.replaceAll(' ', '\n'), 'abandon', 'actual'],
  [`Your seed phrase for identity 'x': ${PHRASE}`, 'abandon', 'actual'],
  [PEM, 'MHQCAQEEI', 'oUQDQgAE'],
  [`cannot parse ${PEM.split('\n')[1]}`, 'MHQCAQEEI'],
  [`key: ${HEX_KEY}`, HEX_KEY],
  [`0x${HEX_KEY.toUpperCase()}`, HEX_KEY.toUpperCase()],
  ['password: hunter2', 'hunter2'],
  ['{"password":"hunter2"}', 'hunter2'],
  ['DFX_PASSWORD=hunter2 dfx deploy', 'hunter2'],
  ['the passphrase is hunter2', 'hunter2'],
  ['--password hunter2', 'hunter2'],
  ['Authorization: Bearer abc.def-123', 'abc.def-123'],
  ['Proxy-Authorization: Basic YWxpY2U6aHVudGVyMg==', 'YWxpY2U6'],
  [JWT, 'eyJhbGci', 'c2lnbmF0dXJl'],
  ['token ghp_0123456789abcdef is wrong', 'ghp_0123456789abcdef'],
  ['sent as ghp_0123456789abcdef', 'ghp_0123456789abcdef'],
  ['fetch http://alice:hunter2@proxy.example:8080/x failed', 'alice', 'hunter2'],
  ['fetch http://alice:hun@ter2@proxy.example:8080/x failed', 'alice', 'hun@', 'ter2'],
  ['fetch https://rpc.example/v2?key=k3y-0f-m1ne failed', 'k3y-0f-m1ne'],
  ['/home/miriam/.config/dfx/identity/x/identity.pem', 'miriam'],
  ['file:///home/miriam/x', 'miriam'],
  ['/Users/miriam/x and C:\\Users\\miriam\\x and /mnt/c/Users/miriam/x', 'miriam'],
  ['"C:\\\\Users\\\\miriam\\\\x"', 'miriam'],
  ['/home/other/x', 'other'],
  ['/home/miriam/work/acme-secret-project/dfx.json', 'acme', 'miriam'],
];

describe('a text without secrets', () => {
  for (const [text, ...secrets] of SECRETS) {
    it(`is left of ${JSON.stringify(text.slice(0, 50))}`, () => {
      const left = withoutSecrets(text, surroundings);
      for (const secret of secrets) {
        assert.ok(text.includes(secret), 'it is there before');
        assert.ok(!left.toLowerCase().includes(secret.toLowerCase()), left);
      }
    });
  }

  it('keeps what helps', () => {
    for (const text of [
      `IC0512: ${PRINCIPAL} is not a controller of bkyz2-fmaaa-aaaaa-qaaaq-cai`,
      'error[M0096], expression of type Nat cannot produce expected type Text',
      'The password is wrong.',
      'connect ECONNREFUSED 127.0.0.1:4943',
      'at async run (dist/commands.js:120:14)',
      'http://127.0.0.1:4943/api/v2/status',
    ]) {
      assert.equal(withoutSecrets(text, surroundings), text);
    }
  });

  it('says where a file is from the home folder or the workspace on', () => {
    assert.equal(withoutSecrets('/home/miriam/.config/dfx', surroundings), '~/.config/dfx');
    assert.equal(withoutSecrets(`${surroundings.folders[0]}/dfx.json`, surroundings), '<folder>/dfx.json');
    assert.equal(withoutSecrets('/home/miriam2/x', surroundings), '~/x');
    const windows = { home: 'D:\\Profile\\miriam', folders: ['E:\\a', 'E:\\b'], env: {} };
    assert.equal(withoutSecrets('D:\\Profile\\miriam\\x', windows), '~\\x');
    assert.equal(withoutSecrets('d:/profile/miriam/x', windows), '~/x');
    assert.equal(withoutSecrets('/mnt/d/Profile/miriam/x', windows), '~/x');
    assert.equal(withoutSecrets('E:\\b\\dfx.json', windows), '<folder 2>\\dfx.json');
  });
});

describe('a URL in a report', () => {
  it('says which network it is, and nothing of who asks', () => {
    assert.equal(publicUrl('http://127.0.0.1:4943'), 'http://127.0.0.1:4943');
    assert.equal(publicUrl('https://alice:hunter2@rpc.example/v2/k3y?token=1#x'), 'https://rpc.example/…');
    assert.equal(publicUrl('alice hunter2'), '(no URL)');
    assert.doesNotMatch(publicUrl('custom://alice:hunter2@host/k3y'), /alice|hunter2|k3y/);
  });
});

const project = {
  ...{ tool: 'dfx', health: { state: 'offline' }, problems: [], trusted: true, loaded: true },
  target: {
    name: 'staging-of-acme',
    network: { name: 'x', url: 'https://alice:hunter2@rpc.example/k3y-0f-m1ne?token=t0ken', local: false },
  },
  identity: { name: 'miriam-at-acme' },
  canisters: [{ name: 'acme_backend', owner: 'project', definition: { pulled: false } }],
} as unknown as ProjectSnapshot;

const past = (text: string, at = 0): PastFailure => ({
  at,
  command: 'icCanisters.deploy',
  failure: { kind: 'other', message: msg('It failed: {0}', text), detail: text },
});

const facts = (failures: readonly PastFailure[]): ReportFacts => ({
  versions: [
    ['IC Canisters', '0.1.0'],
    ['dfx', 'dfx 0.30.0 `x`'],
  ],
  ...{ trusted: true, projects: [project], surroundings, now: 60_000, failures },
});

describe('the diagnosis in a report', () => {
  it('holds versions, engines, networks, states and failures', () => {
    const text = diagnosis(facts([past('the replica returned an error')]), 10_000);
    assert.match(text, /^- IC Canisters: `0\.1\.0`$/m);
    assert.match(
      text,
      /^- dfx project on `other network https:\/\/rpc\.example\/…`; offline; canisters: 1 not-created$/m,
    );
    assert.match(text, /icCanisters\.deploy, 60 s before: other\nIt failed: the replica returned an error/);
  });

  it('holds none of the secrets that are planted in failures, URLs and names', () => {
    const text = diagnosis(facts(SECRETS.map(([planted]) => past(planted))), 100_000).toLowerCase();
    for (const [, ...secrets] of SECRETS) {
      for (const secret of secrets.filter((each) => each !== 'other')) {
        assert.ok(!text.includes(secret.toLowerCase()), secret);
      }
    }
    for (const name of ['acme', 'alice', 'hunter2', 'k3y-0f-m1ne', 't0ken', 'miriam']) {
      assert.ok(!text.includes(name), name);
    }
  });

  it('holds no part of a secret that it had to shorten', () => {
    for (const length of [560, 580, 590, 1_450, 1_480]) {
      const padding = 'A.'.repeat(length / 2);
      for (const secret of [PHRASE, PEM, JWT, `password=${'hunter2'.repeat(5)}`]) {
        const text = diagnosis(facts([past(`${padding}\n${secret}`)]), 100_000);
        assert.doesNotMatch(text, /abandon|ability|MHQC|eyJh|hunter/);
      }
    }
  });

  it('keeps to its length, and leaves out the oldest', () => {
    const failures = Array.from({ length: 20 }, (_, index) => past(`number ${index}. ${'Why? '.repeat(100)}`, index));
    const text = diagnosis(facts(failures), 5_000);
    assert.ok(text.length <= 5_000);
    assert.match(text, /number 19\./);
    assert.doesNotMatch(text, /number 0\./);
    assert.ok(diagnosis(facts([]), 50).length <= 50);
  });

  it('lets nothing that it quotes out of its quotes', () => {
    const text = diagnosis(facts([past('```\n# @everyone [x](http://x)\n````')]), 10_000);
    const fence = /^(`{5,})text$/m.exec(text)?.[1];
    assert.ok(fence, text);
    assert.ok(text.endsWith(fence));
    assert.match(text, /^- dfx: `dfx 0\.30\.0 'x'`$/m);
  });

  it('is the same for paths of this system', () => {
    const home = path.resolve('/somewhere/of/mine');
    const clean = withoutSecrets(`in ${path.join(home, 'x')}`, { home, folders: [], env: {} });
    assert.equal(clean, `in ~${path.sep}x`);
  });
});

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Secp256k1KeyIdentity } from '@dfinity/identity-secp256k1';
import { Principal } from '@dfinity/principal';
import { secp256k1 } from '@noble/curves/secp256k1';
import { sha256 } from '@noble/hashes/sha2';
import { accountIdentifier } from '../../../src/core/identity/account';
import { ParsedKey, parsePem, publicKeyDer } from '../../../src/core/identity/pem';
import { signMessage, signSecp256k1Pure } from '../../../src/core/identity/sign';
import { formatMessage } from '../../../src/core/util/message';

function key(pem: string): ParsedKey {
  const parsed = parsePem(pem);
  assert.ok(!('problem' in parsed), 'problem' in parsed ? formatMessage(parsed.problem) : '');
  return parsed;
}

function problem(pem: string): string {
  const parsed = parsePem(pem);
  assert.ok('problem' in parsed, 'no problem');
  return formatMessage(parsed.problem);
}

const principal = (parsed: ParsedKey): string => Principal.selfAuthenticating(publicKeyDer(parsed)).toText();

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

const secret = Buffer.from('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef', 'hex');
const PARAMETERS = pem('EC PARAMETERS', Buffer.from('06052b8104000a', 'hex'));
const P256_PARAMETERS = pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex'));

/** An ECPrivateKey, with what is optional in it. */
function sec1(curve: string | undefined, value: Uint8Array = secret): Buffer {
  const body = `0201010420${hex(value)}${curve === undefined ? '' : `a0${(curve.length / 2 + 2).toString(16).padStart(2, '0')}06${(curve.length / 2).toString(16).padStart(2, '0')}${curve}`}`;
  return Buffer.from(`30${(body.length / 2).toString(16).padStart(2, '0')}${body}`, 'hex');
}
const K256 = '2b8104000a';

test('a secp256k1 key is the same in every form that dfx takes', () => {
  const expected = Secp256k1KeyIdentity.fromSecretKey(new Uint8Array(secret)).getPrincipal().toText();
  const { privateKey } = { privateKey: key(pem('EC PRIVATE KEY', sec1(K256))).keyObject as KeyObject };
  const forms = {
    openssl: String(privateKey.export({ type: 'sec1', format: 'pem' })),
    bare: pem('EC PRIVATE KEY', sec1(undefined)),
    curve: pem('EC PRIVATE KEY', sec1(K256)),
    parameters: PARAMETERS + pem('EC PRIVATE KEY', sec1(undefined)),
    'parameters and curve': PARAMETERS + pem('EC PRIVATE KEY', sec1(K256)),
    pkcs8: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'one line': pem('EC PRIVATE KEY', sec1(K256)).replace(/(?<!-)\n(?!-)/g, ''),
    'with text around': `Bag attributes\n${pem('EC PRIVATE KEY', sec1(K256))}\nend`,
  };
  for (const [name, text] of Object.entries(forms)) {
    for (const variant of [text, crlf(text), text.trimEnd()]) {
      const parsed = key(variant);
      assert.equal(parsed.algorithm, 'secp256k1', name);
      assert.equal(principal(parsed), expected, name);
      assert.equal(hex(parsed.secret()), hex(secret), name);
    }
  }
});

test('an Ed25519 key is the same in both versions of PKCS#8, also as old versions of dfx wrote it', () => {
  const identity = Ed25519KeyIdentity.fromSecretKey(new Uint8Array(secret));
  const publicKey = hex(new Uint8Array(identity.getPublicKey().toRaw()));
  const expected = identity.getPrincipal().toText();
  const forms = {
    v1: `302e020100300506032b657004220420${hex(secret)}`,
    v2: `3051020101300506032b657004220420${hex(secret)}812100${publicKey}`,
    'v2 of old dfx': `3053020101300506032b657004220420${hex(secret)}a123032100${publicKey}`,
  };
  for (const [name, der] of Object.entries(forms)) {
    const bytes = Buffer.from(der, 'hex');
    const parsed = key(crlf(pem('PRIVATE KEY', bytes)));
    assert.equal(parsed.algorithm, 'ed25519', name);
    assert.equal(principal(parsed), expected, name);
    assert.equal(hex(publicKeyDer(parsed)), hex(new Uint8Array(identity.getPublicKey().toDer())), name);
  }
});

test('keys that openssl and Node generate are read', () => {
  for (let i = 0; i < 8; i++) {
    const ec = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const text = String(ec.privateKey.export({ type: 'sec1', format: 'pem' }));
    assert.equal(principal(key(text)), Secp256k1KeyIdentity.fromPem(text).getPrincipal().toText());
    const ed = generateKeyPairSync('ed25519');
    const der = ed.publicKey.export({ type: 'spki', format: 'der' });
    assert.equal(hex(publicKeyDer(key(String(ed.privateKey.export({ type: 'pkcs8', format: 'pem' }))))), hex(der));
  }
});

test('what is no usable key is refused with the reason, and without a trace of the key', () => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const ed = generateKeyPairSync('ed25519').privateKey;
  const damaged = 'damaged';
  const cases: [string, string | KeyObject, string][] = [
    ['empty', '', 'empty'],
    ['no PEM', 'hello', 'no private key in PEM form'],
    ['a public key', String(createPublicKey(ed).export({ type: 'spki', format: 'pem' })), 'no private key in PEM form'],
    ['cut off', pem('EC PRIVATE KEY', sec1(K256)).slice(0, 60), 'no private key in PEM form'],
    ['a part of the base64', pem('EC PRIVATE KEY', sec1(K256).subarray(0, 20)), damaged],
    ['no base64', '-----BEGIN EC PRIVATE KEY-----\n!!!\n-----END EC PRIVATE KEY-----', damaged],
    ['zero', pem('EC PRIVATE KEY', sec1(K256, Buffer.alloc(32))), damaged],
    ['beyond the order', pem('EC PRIVATE KEY', sec1(K256, Buffer.alloc(32, 255))), damaged],
    [
      'a short seed',
      pem('PRIVATE KEY', Buffer.from(`3022020100300506032b657004160414${'00'.repeat(20)}`, 'hex')),
      damaged,
    ],
    ['P-256 in SEC1', String(p256.export({ type: 'sec1', format: 'pem' })), 'does not support'],
    ['P-256 in PKCS#8', String(p256.export({ type: 'pkcs8', format: 'pem' })), 'does not support'],
    ['P-256 by parameters', P256_PARAMETERS + pem('EC PRIVATE KEY', sec1(undefined)), 'does not support'],
    ['RSA', String(rsa.export({ type: 'pkcs1', format: 'pem' })), 'does not support'],
    ['RSA in PKCS#8', String(rsa.export({ type: 'pkcs8', format: 'pem' })), 'does not support'],
    [
      'encrypted PKCS#8',
      String(ed.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })),
      'encrypted in a way',
    ],
    [
      'encrypted SEC1',
      String(p256.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' })),
      'encrypted in a way',
    ],
  ];
  for (const [name, text, expected] of cases) {
    const message = problem(String(text));
    assert.ok(message.includes(expected), `${name}: ${message}`);
    for (const line of String(text).split('\n')) {
      if (line.length > 8 && !line.startsWith('-----')) {
        assert.ok(!message.includes(line), name);
      }
    }
  }
});

test('a key cut off anywhere is refused, never half read', () => {
  const whole = pem('EC PRIVATE KEY', sec1(K256));
  for (let end = 0; end < whole.length - 1; end++) {
    assert.ok('problem' in parsePem(whole.slice(0, end)), String(end));
  }
  const der = sec1(K256);
  for (let end = 0; end < der.length; end++) {
    assert.ok('problem' in parsePem(pem('EC PRIVATE KEY', der.subarray(0, end))), String(end));
  }
});

test('a key shows itself nowhere', () => {
  const parsed = key(pem('EC PRIVATE KEY', sec1(K256)));
  for (const shown of [
    inspect(parsed, { depth: 9, showHidden: true }),
    JSON.stringify(parsed),
    String(parsed),
    `${inspect({ a: [parsed] }, { depth: 9 })}`,
  ]) {
    assert.ok(!shown.includes(hex(secret).slice(0, 8)) && !shown.includes('112233'), shown);
  }
});

const messages = [Buffer.alloc(0), Buffer.from(`\x0Aic-request${'x'.repeat(32)}`), Buffer.alloc(1000, 7)];

test('signatures are those of the agent, with the smaller s', async () => {
  const ed = new ParsedKey('ed25519', new Uint8Array(secret));
  const ec = new ParsedKey('secp256k1', new Uint8Array(secret));
  const edIdentity = Ed25519KeyIdentity.fromSecretKey(new Uint8Array(secret));
  for (const message of messages) {
    // Ed25519 signatures are deterministic: they must be equal.
    assert.equal(hex(signMessage(ed, message)), hex(new Uint8Array(await edIdentity.sign(message))));
    for (let round = 0; round < 20; round++) {
      const signature = signMessage(ec, message);
      assert.equal(signature.length, 64);
      assert.ok(secp256k1.verify(signature, sha256(message), ec.publicKey, { lowS: true }));
    }
  }
});

test('without the curve in node:crypto, signatures are just as valid', () => {
  const ec = new ParsedKey('secp256k1', new Uint8Array(secret));
  const publicKey = createPublicKey({ key: Buffer.from(publicKeyDer(ec)), format: 'der', type: 'spki' });
  for (const message of messages) {
    const signature = signSecp256k1Pure(ec.secret(), message);
    assert.equal(signature.length, 64);
    assert.ok(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature));
    assert.ok(secp256k1.verify(signature, sha256(message), ec.publicKey, { lowS: true }));
  }
});

test('accounts of the ledger', () => {
  // The ICP ledger's minting account and the anonymous account, as every ICP explorer shows them.
  const anonymous = accountIdentifier('2vxsx-fae');
  assert.equal(anonymous, '1c7a48ba6a562aa9eaa2481a9049cdf0433b9738c992d698c31d8abf89cadc79');
  assert.match(accountIdentifier(principal(new ParsedKey('ed25519', new Uint8Array(secret)))) ?? '', /^[0-9a-f]{64}$/);
  const one = new Uint8Array(32);
  one[31] = 1;
  assert.notEqual(accountIdentifier('2vxsx-fae', one), anonymous);
  assert.equal(accountIdentifier('nope'), undefined);
  assert.equal(accountIdentifier('2vxsx-fae', new Uint8Array(3)), undefined);
});

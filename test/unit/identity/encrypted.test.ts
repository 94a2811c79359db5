import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptPem } from '../../../src/core/identity/encrypted';
import { parsePem } from '../../../src/core/identity/pem';
import { formatMessage } from '../../../src/core/util/message';
import { busyTime } from '../support/thread-time';

/** Made by Python's argon2-cffi and cryptography with dfx's parameters; the key serves no other purpose. */
const PASSWORD = 'correct horse battery';
const ENCRYPTION = {
  pwSalt: '0b30557a9fc4e90e33587da2c7ec11365b80a5caef14395e83a8cdf2173c6186',
  fileNonce: [3, 20, 37, 54, 71, 88, 105, 122, 139, 156, 173, 190],
};
const CIPHERTEXT = Buffer.from(
  [
    'MUmvvdRKUGW07VLpY2TWCv82oa2dVXS9C2fLeOBpMMCtDv2d0kTq4u1O6/hwAbmZHMp+4ZtzAHezZT8MDA1HZNrSosrgZFf1dWvI+bCF1CeJrcTy',
    'v59DrjYZ+IB2x5FWk82W9DNUZ8uU+NNNMm0+MyJpQ2n/8iTXO+YgxJx44HDvgeFJ5L1HiH9T+UO4Lq2suIXA1YjHvyq8nUqj88i26dWDqVhb58BO',
    'JhWEOenl3z5mRyQPIlBx6iKbqcQ7mCy3ncrJeBJh9672IkOSNLh+IhSV2k2TF3//627AJf51kwzP8QynuCC/VqGTCcOLlfjRtazyEA==',
  ].join(''),
  'base64',
);

test('a password-protected key is decrypted as another implementation encrypted it', async () => {
  const result = await decryptPem(CIPHERTEXT, ENCRYPTION, PASSWORD);
  assert.ok('pem' in result);
  assert.ok(result.pem.startsWith('-----BEGIN EC PRIVATE KEY-----\r\nMHQCAQEEIPfH26ZREv'));
  const key = parsePem(result.pem);
  assert.ok(!('problem' in key));
  assert.equal(key.algorithm, 'secp256k1');
});

test('a wrong password is told as such', async () => {
  const result = await decryptPem(CIPHERTEXT, ENCRYPTION, 'correct horse');
  assert.ok('problem' in result);
  assert.equal(result.kind, 'wrong-password');
  assert.match(formatMessage(result.problem), /password is wrong/);
});

test('damaged files are refused before the key is derived', async () => {
  const start = busyTime();
  for (const [file, encryption] of [
    [Buffer.alloc(0), ENCRYPTION],
    [CIPHERTEXT.subarray(0, 16), ENCRYPTION],
    [CIPHERTEXT, { ...ENCRYPTION, fileNonce: [1, 2] }],
    [CIPHERTEXT, { ...ENCRYPTION, pwSalt: '' }],
  ] as const) {
    const result = await decryptPem(file, encryption, PASSWORD);
    assert.ok('problem' in result);
    assert.equal(result.kind, 'damaged');
  }
  assert.ok(busyTime() - start < 1_000);
});

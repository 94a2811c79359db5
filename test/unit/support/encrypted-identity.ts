/**
 * An identity that a password protects, in dfx's format. Made by Python's argon2-cffi and cryptography, not by the code
 * under test; the key serves no other purpose.
 */
export const CAROL = {
  password: 'correct horse battery',
  identityJson: {
    hsm: null,
    encryption: {
      pw_salt: '0b30557a9fc4e90e33587da2c7ec11365b80a5caef14395e83a8cdf2173c6186',
      file_nonce: [3, 20, 37, 54, 71, 88, 105, 122, 139, 156, 173, 190],
    },
    keyring_identity_suffix: null,
  },
  /** The content of `identity.pem.encrypted`. */
  ciphertext: Buffer.from(
    [
      'MUmvvdRKUGW07VLpY2TWCv82oa2dVXS9C2fLeOBpMMCtDv2d0kTq4u1O6/hwAbmZHMp+4ZtzAHezZT8MDA1HZNrSosrgZFf1dWvI+bCF1CeJrcTy',
      'v59DrjYZ+IB2x5FWk82W9DNUZ8uU+NNNMm0+MyJpQ2n/8iTXO+YgxJx44HDvgeFJ5L1HiH9T+UO4Lq2suIXA1YjHvyq8nUqj88i26dWDqVhb58BO',
      'JhWEOenl3z5mRyQPIlBx6iKbqcQ7mCy3ncrJeBJh9672IkOSNLh+IhSV2k2TF3//627AJf51kwzP8QynuCC/VqGTCcOLlfjRtazyEA==',
    ].join(''),
    'base64',
  ),
  principal: 'p7tz3-2tohs-c6d4u-34ckj-zy72d-i3jyd-rnbxl-bvm2u-vcnnx-gwm3l-6qe',
  /** The start of the key inside, to look for where no key may be. */
  keyText: 'MHQCAQEEIPfH26ZREv',
} as const;

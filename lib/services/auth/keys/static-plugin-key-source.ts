import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Config } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readKeyFile } from './read-key-file';
import type { PluginKeySource, PluginPublicKey, PluginSigningKey } from './plugin-key-source';

interface KeyPair {
  id: string;
  algorithm: string;
  publicKey: KeyObject;
  privateKey?: KeyObject;
}

/**
 * Keys from files, the same for every plugin. The first pair signs; the others are published only, which
 * lets keys be exchanged without an interruption.
 */
export class StaticPluginKeySource implements PluginKeySource {
  readonly #signingKey: PluginSigningKey;
  readonly #publicKeys: PluginPublicKey[];

  private constructor(signingKey: PluginSigningKey, publicKeys: PluginPublicKey[]) {
    this.#signingKey = signingKey;
    this.#publicKeys = publicKeys;
  }

  /**
   * @param config - `backend.auth.pluginKeyStore.static.keys`
   * @throws Error when a file cannot be used, keys do not belong together, or none can sign
   */
  static async fromConfig(config: Config[], path: string): Promise<StaticPluginKeySource> {
    const pairs = await Promise.all(
      config.map((entry, index) => readPair(entry, `${path}[${index}]`)),
    );
    const [{ id, algorithm, privateKey } = {} as Partial<KeyPair>] = pairs;
    if (!id || !algorithm || !privateKey) {
      throw new Error(
        `Invalid config at '${path}': expected a list whose first entry has a 'privateKeyFile' to sign tokens with`,
      );
    }
    assertDistinct(pairs, path);
    return new StaticPluginKeySource({ id, algorithm, privateKey }, pairs.map(publish));
  }

  async getPrivateSigningKey() {
    return this.#signingKey;
  }

  async listKeys() {
    return this.#publicKeys;
  }
}

async function readPair(config: Config, path: string): Promise<KeyPair> {
  const id = config.getString('keyId');
  const algorithm = config.getOptionalString('algorithm') ?? 'ES256';
  const publicKey = await readKeyFile(
    config.getString('publicKeyFile'),
    { path: `${path}.publicKeyFile`, form: 'public (SPKI)' },
    createPublicKey,
  );
  assertFits(publicKey, algorithm, path);
  if (!config.has('privateKeyFile')) return { id, algorithm, publicKey };
  const privateKey = await readKeyFile(
    config.getString('privateKeyFile'),
    { path: `${path}.privateKeyFile`, form: 'private (PKCS #8)' },
    createPrivateKey,
  );
  if (!createPublicKey(privateKey).equals(publicKey)) {
    throw new Error(
      `Invalid config at '${path}': the keys in 'publicKeyFile' and 'privateKeyFile' do not belong together`,
    );
  }
  return { id, algorithm, publicKey, privateKey };
}

function publish({ id, algorithm, publicKey }: KeyPair): PluginPublicKey {
  const jwk = publicKey.export({ format: 'jwk' }) as JsonObject;
  return { id, key: { ...jwk, kid: id, alg: algorithm } };
}

const KEY_TYPES: [algorithm: RegExp, type: RegExp][] = [
  [/^ES\d/, /^ec$/],
  [/^[RP]S\d/, /^rsa/],
  [/^Ed/, /^ed/],
];

function assertFits(key: KeyObject, algorithm: string, path: string): void {
  const type = key.asymmetricKeyType ?? '';
  if (!KEY_TYPES.some(([algorithms, types]) => algorithms.test(algorithm) && types.test(type))) {
    throw new Error(
      `Invalid config at '${path}.algorithm': a key of type '${type}' cannot be used with '${algorithm}'`,
    );
  }
}

function assertDistinct(pairs: KeyPair[], path: string): void {
  const ids = pairs.map(({ id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new Error(`Invalid config at '${path}': several keys have the 'keyId' '${repeated}'`);
  }
}

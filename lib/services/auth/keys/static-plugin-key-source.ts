import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { PluginKeySource, PluginPublicKey, PluginSigningKey } from './plugin-key-source';

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
   * @throws Error when a file cannot be read or the first pair has no private key
   */
  static async fromConfig(config: Config[], path: string): Promise<StaticPluginKeySource> {
    if (!config[0]?.has('privateKeyFile')) {
      throw new Error(
        `Invalid config at '${path}': expected a list whose first entry has a 'privateKeyFile' to sign tokens with`,
      );
    }
    const publicKeys = await Promise.all(
      config.map((entry, index) => readPublicKey(entry, `${path}[${index}]`)),
    );
    const signingKey = {
      id: config[0].getString('keyId'),
      algorithm: readAlgorithm(config[0]),
      privateKey: await readKey(config[0], 'privateKeyFile', `${path}[0]`, createPrivateKey),
    };
    return new StaticPluginKeySource(signingKey, publicKeys);
  }

  async getPrivateSigningKey() {
    return this.#signingKey;
  }

  async listKeys() {
    return this.#publicKeys;
  }
}

function readAlgorithm(config: Config): string {
  return config.getOptionalString('algorithm') ?? 'ES256';
}

async function readPublicKey(config: Config, path: string): Promise<PluginPublicKey> {
  const key = await readKey(config, 'publicKeyFile', path, createPublicKey);
  const jwk = key.export({ format: 'jwk' }) as JsonObject;
  const id = config.getString('keyId');
  return { id, key: { ...jwk, kid: id, alg: readAlgorithm(config) } };
}

async function readKey(
  config: Config,
  member: 'publicKeyFile' | 'privateKeyFile',
  path: string,
  parse: (pem: string) => KeyObject,
): Promise<KeyObject> {
  const file = config.getString(member);
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `Invalid config at '${path}.${member}': expected the path of a PEM file with a ${
        member === 'publicKeyFile' ? 'public (SPKI)' : 'private (PKCS #8)'
      } key, but '${file}' ${(error as { code?: string }).code === 'ENOENT' ? 'does not exist' : 'cannot be used'}`,
      { cause: error },
    );
  }
}

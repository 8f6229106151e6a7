import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '@backstage/types';

/** The key that a plugin signs its tokens with. */
export interface PluginSigningKey {
  id: string;
  /** As in the `alg` header of a JWT. */
  algorithm: string;
  privateKey: KeyObject;
}

/** A public key, as a JWK with `kid` and `alg`. */
export interface PluginPublicKey {
  id: string;
  key: JsonObject;
}

/** Where the keys of a plugin come from. */
export interface PluginKeySource {
  getPrivateSigningKey(): Promise<PluginSigningKey>;
  listKeys(): Promise<PluginPublicKey[]>;
}

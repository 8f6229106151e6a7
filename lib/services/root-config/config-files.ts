import type { ConfigSource } from '@backstage/config-loader';

/** The paths of the configuration files that a source reads, as its description names them. */
export function configFilesOf(source: ConfigSource): string[] {
  return [...String(source).matchAll(/FileConfigSource\{path="([^"]+)"\}/g)].map(
    ([, path]) => path,
  );
}

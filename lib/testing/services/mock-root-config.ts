import { ConfigReader, type Config } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { RootConfigService } from '../../api';

/** A configuration that a test can change while the backend runs. */
export interface MockRootConfig extends RootConfigService {
  /** Replaces the data and tells every subscriber. */
  update(options: { data: JsonObject }): void;
}

/** A config that reads, at every call, from what `current` gives then. Its children do so too. */
function liveConfig(
  current: () => Config,
  own: Pick<Required<Config>, 'subscribe'> & Partial<MockRootConfig>,
): Config {
  const getConfig = (key: string) => {
    current().getConfig(key);
    return liveConfig(() => current().getConfig(key), { subscribe: own.subscribe });
  };
  const getOptionalConfig = (key: string) => current().getOptionalConfig(key) && getConfig(key);
  return new Proxy({ ...own, getConfig, getOptionalConfig } as Config, {
    get(members, name) {
      if (name in members) {
        return members[name as keyof Config];
      }
      const config = current();
      const member = config[name as keyof Config];
      return typeof member === 'function' ? member.bind(config) : member;
    },
  });
}

/** Creates a configuration from data. */
export function createMockRootConfig(options?: { data?: JsonObject }): MockRootConfig {
  const read = (data: JsonObject) => new ConfigReader(data, 'mock-config');
  let config = read(options?.data ?? {});
  const subscribers = new Set<() => void>();
  return liveConfig(() => config, {
    subscribe(onChange) {
      subscribers.add(onChange);
      return { unsubscribe: () => void subscribers.delete(onChange) };
    },
    update({ data }) {
      config = read(data);
      for (const onChange of subscribers) {
        onChange();
      }
    },
  }) as MockRootConfig;
}

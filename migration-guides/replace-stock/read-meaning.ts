import { readAppConfigs } from '../engine/app-configs';
import type { ConfigSetting } from '../engine/config-settings';
import { assertUsualKeys } from '../engine/lifted-mount';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { environmentUseOf } from '../engine/plugin-file/environment-use';
import { SAME_SERVICES } from '../engine/service-mapping';
import { readAuthWiring } from './auth-wiring';
import { environmentKeysOf } from './environment-type';
import { guestSignIn } from './guest-sign-in';
import { printKeptModule, type KeptCode, type KeptModule } from './kept-module';
import { keptCode } from './kept-parts';
import type { Surroundings } from './kept-services';
import { listSettings } from './list-argument';
import { readWiring } from './read-wiring';
import { isSpreadEnvironment, type Reading } from './reading';
import { scmActionModules } from './scm-actions';
import type { StockPackage } from './stock-package';

const GUEST_MODULE = '@backstage/plugin-auth-backend-module-guest-provider';

/** What a plugin's file comes to. */
export interface Meaning {
  readonly modules: readonly string[];
  readonly settings: readonly ConfigSetting[];
  readonly kept: KeptModule | undefined;
}

/**
 * What a plugin's file comes to in the new system.
 *
 * @throws Obstacle when it does something that neither the published plugin nor a module can do
 */
export function readMeaning(plugin: LiftedPlugin, stock: StockPackage): Meaning {
  const { source, project } = plugin;
  const extra = extraModules(plugin, stock);
  if (!source) return { modules: extra.modules, settings: extra.settings, kept: undefined };
  const reading: Reading = { ...source, stock, needed: new Set() };
  const auth = stock.id === 'auth' ? readAuthWiring(reading, project) : undefined;
  const wiring = auth ?? readWiring(source.module, source.plugin, stock);
  if ('own' in wiring) throw new Obstacle(wiring.own, stock.anchor);
  if (spreadsEnvironment(reading)) around(plugin).assertUsualKeys(Object.keys(SAME_SERVICES));
  const { kept } = wiring;
  const code = Array.isArray(kept) ? toCode(reading, kept) : (kept as KeptCode | undefined);
  return {
    modules: [...wiring.modules, ...extra.modules],
    settings: [...wiring.settings, ...extra.settings, ...listSettings(plugin, reading)],
    kept:
      code && stock.extension && printKeptModule(reading, code, stock.extension, around(plugin)),
  };
}

function around(plugin: LiftedPlugin): Surroundings {
  return {
    dependencies: plugin.dependencies,
    environmentKeys: () => environmentKeysOf(plugin),
    assertUsualKeys(keys) {
      try {
        assertUsualKeys(plugin, keys);
      } catch (error) {
        if (!(error instanceof Obstacle)) throw error;
        throw new Obstacle(error.message, 'code-of-your-own');
      }
    },
  };
}

/** True when the published plugin was given every key that there is. */
function spreadsEnvironment(reading: Reading): boolean {
  const { whole } = environmentUseOf(reading.module, reading.plugin);
  return whole.some(each => isSpreadEnvironment(reading, each.parent));
}

function toCode(reading: Reading, parts: Parameters<typeof keptCode>[1]): KeptCode | undefined {
  const { stock } = reading;
  if (parts.length === 0) return undefined;
  const does = parts.some(
    each =>
      each.kind === 'calls' || !/^(const|let|function|type|interface)\b/.test(each.node.getText()),
  );
  if (!stock.extension || !does) {
    const [line] = parts[0].node.getText().split('\n');
    throw new Obstacle(`has ${line.length > 60 ? `${line.slice(0, 57)}...` : line}`, stock.anchor);
  }
  return keptCode(reading, parts, stock.extension);
}

/** What a published plugin used to have built in. */
function extraModules(
  { project }: LiftedPlugin,
  { id }: StockPackage,
): { modules: string[]; settings: ConfigSetting[] } {
  if (id === 'scaffolder') return { modules: scmActionModules(project), settings: [] };
  if (id !== 'auth' || !guestSignIn(project)) return { modules: [], settings: [] };
  const path = ['auth', 'providers', 'guest'];
  const hasBase = readAppConfigs(project).some(each => each.file === 'app-config.yaml');
  return {
    modules: [GUEST_MODULE],
    settings: hasBase ? [{ path, value: '{}', place: 'base' }] : [],
  };
}

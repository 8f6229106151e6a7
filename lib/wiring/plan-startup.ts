import { toError, wiringError } from './errors';
import { describeBoth, type FeatureSource } from './feature-source';
import {
  normaliseRegistration,
  type ExtensionPointRegistration,
  type RawRegistration,
  type Registration,
} from './normalise-registrations';

/** A plugin with its modules, in the order in which they were added. */
export interface PlannedPlugin {
  plugin: Registration;
  modules: Registration[];
}

/** An extension point, and the plugin whose modules may use it. */
export interface PlannedExtensionPoint extends ExtensionPointRegistration {
  pluginId: string;
  source: FeatureSource;
}

/** A plugin or module that cannot be started. */
export interface PlanFailure {
  pluginId: string;
  moduleId?: string;
  error: Error;
}

/** What the registrations of a backend amount to. */
export interface StartupPlan {
  plugins: PlannedPlugin[];
  extensionPoints: Map<string, PlannedExtensionPoint>;
  failures: PlanFailure[];
  /** Modules whose plugin is not installed. */
  orphans: Registration[];
}

/**
 * Finds out what there is to start. Whatever is wrong with a registration is the failure of its plugin
 * or module.
 *
 * @throws Error when there is no telling to whom a faulty registration belongs
 */
export function planStartup(registrations: RawRegistration[]): StartupPlan {
  const plan = new Plan();
  for (const raw of registrations) {
    const { pluginId, moduleId } = raw;
    try {
      plan.add(normaliseRegistration(raw));
    } catch (error) {
      if (pluginId === undefined) {
        throw error;
      }
      plan.fail({ pluginId, moduleId, error: toError(error) });
    }
  }
  return plan.finish();
}

class Plan {
  readonly #plugins = new Map<string, { plugin?: Registration; modules: Registration[] }>();
  readonly #extensionPoints = new Map<string, PlannedExtensionPoint>();
  readonly #failures: PlanFailure[] = [];
  readonly #failedPlugins = new Set<string>();

  add(part: Registration): void {
    const { pluginId, moduleId } = part;
    const planned = this.#planned(pluginId);
    if (moduleId === undefined) {
      if (planned.plugin) {
        throw alreadyRegistered(`Plugin '${pluginId}'`, planned.plugin, part);
      }
      planned.plugin = part;
      this.#addExtensionPoints(part);
      return;
    }
    const other = planned.modules.find(module => module.moduleId === moduleId);
    if (other) {
      throw alreadyRegistered(`Module '${moduleId}' for plugin '${pluginId}'`, other, part);
    }
    this.#addExtensionPoints(part);
    planned.modules.push(part);
  }

  fail(failure: PlanFailure): void {
    this.#failures.push(failure);
    if (failure.moduleId === undefined) {
      this.#failedPlugins.add(failure.pluginId);
    }
  }

  finish(): StartupPlan {
    const plugins: PlannedPlugin[] = [];
    const orphans: Registration[] = [];
    for (const [pluginId, { plugin, modules }] of this.#plugins) {
      if (this.#failedPlugins.has(pluginId)) {
        continue;
      }
      if (plugin) {
        plugins.push({ plugin, modules });
      } else {
        orphans.push(...modules.filter(({ optional }) => !optional));
      }
    }
    return {
      plugins,
      extensionPoints: this.#extensionPoints,
      failures: this.#failures,
      orphans,
    };
  }

  #planned(pluginId: string): { plugin?: Registration; modules: Registration[] } {
    let planned = this.#plugins.get(pluginId);
    if (!planned) {
      planned = { plugin: undefined, modules: [] };
      this.#plugins.set(pluginId, planned);
    }
    return planned;
  }

  /** All of a part or none. */
  #addExtensionPoints(part: Registration): void {
    const { pluginId, source, extensionPoints } = part;
    if (extensionPoints.length === 0) {
      return;
    }
    extensionPoints.forEach(({ ref: { id } }, index) => {
      const isTwice = extensionPoints.slice(0, index).some(({ ref }) => ref.id === id);
      const other = this.#extensionPoints.get(id) ?? (isTwice ? part : undefined);
      if (other) {
        throw alreadyRegistered(`ExtensionPoint with ID '${id}'`, other, part);
      }
    });
    for (const { ref, factory } of extensionPoints) {
      this.#extensionPoints.set(ref.id, { pluginId, ref, factory, source });
    }
  }
}

function alreadyRegistered(
  what: string,
  first: { source: FeatureSource },
  second: { source: FeatureSource },
): Error {
  return wiringError(
    'ALREADY_REGISTERED',
    `${what} is already registered, ${describeBoth(first.source, second.source)}`,
  );
}

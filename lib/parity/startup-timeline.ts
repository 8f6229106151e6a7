/** When something began, had all it waited for, and was done: milliseconds since the backend's start. */
interface Timing {
  readonly beginMs: number;
  readonly readyMs: number;
  readonly endMs: number;
}

interface TimedService extends Timing {
  readonly serviceId: string;
}

interface TimedPart {
  readonly timing?: Timing & { readonly waitedFor: readonly string[] };
  readonly failure?: unknown;
}

/** How a backend started: the JSON that it writes where `backend.startup.report` says. */
export interface StartupTimeline {
  readonly services?: readonly TimedService[];
  readonly plugins: ReadonlyArray<
    TimedPart & {
      readonly pluginId: string;
      readonly services?: readonly TimedService[];
      readonly modules: ReadonlyArray<TimedPart & { readonly moduleId: string }>;
    }
  >;
}

/** One bar of the timeline. */
export interface TimelineBar extends Timing {
  readonly kind: 'loading' | 'service' | 'module' | 'plugin';
  readonly name: string;
  readonly waitedFor: readonly string[];
  readonly failed: boolean;
}

/** Services that took less than this share of the start are left out. */
const TELLING_SHARE = 0.01;

/**
 * The loading of the packages, then plugins in the order in which they finished, each after its modules
 * and the services that took long.
 */
export function timelineBars({ services = [], plugins }: StartupTimeline): TimelineBar[] {
  const all = plugins.flatMap(plugin => [plugin, ...plugin.modules]);
  const end = Math.max(...all.map(({ timing }) => timing?.endMs ?? 0));
  const telling = (made: readonly TimedService[]): TimelineBar[] =>
    made
      .filter(({ readyMs, endMs }) => endMs - readyMs > TELLING_SHARE * end)
      .map(service => ({
        ...service,
        kind: 'service',
        name: service.serviceId,
        waitedFor: [],
        failed: false,
      }));
  const bars = [
    ...telling(services),
    ...plugins.flatMap(plugin => [
      ...telling(plugin.services ?? []),
      ...plugin.modules.flatMap(module => barOf('module', module.moduleId, module)),
      ...barOf('plugin', plugin.pluginId, plugin),
    ]),
  ];
  return bars.length > 0 ? [loadingUntil(Math.min(...bars.map(firstMs))), ...bars] : [];
}

/** Before anything is made, the packages are imported. */
function loadingUntil(endMs: number): TimelineBar {
  const [beginMs, readyMs] = [0, 0];
  return {
    kind: 'loading',
    name: 'packages',
    beginMs,
    readyMs,
    endMs,
    waitedFor: [],
    failed: false,
  };
}

function firstMs({ beginMs }: TimelineBar): number {
  return beginMs;
}

function barOf(
  kind: TimelineBar['kind'],
  name: string,
  { timing, failure }: TimedPart,
): TimelineBar[] {
  return timing ? [{ kind, name, ...timing, failed: failure !== undefined }] : [];
}

import { createServiceRef } from './service-ref';
import type {
  ActionsRegistryService,
  ActionsService,
  MetricsService,
  TracingService,
} from './services';

/** Finds and runs the actions of all plugins. */
export const actionsServiceRef = createServiceRef<ActionsService>({ id: 'alpha.core.actions' });

/** Offers actions of a plugin. */
export const actionsRegistryServiceRef = createServiceRef<ActionsRegistryService>({
  id: 'alpha.core.actionsRegistry',
});

/** Measures the work of a plugin. */
export const metricsServiceRef = createServiceRef<MetricsService>({ id: 'alpha.core.metrics' });

/** Traces the work of a plugin. */
export const tracingServiceRef = createServiceRef<TracingService>({ id: 'alpha.core.tracing' });

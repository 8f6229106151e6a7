import { createServiceRef } from './service-ref';
import type {
  ActionsRegistryService,
  ActionsService,
  ConnectionsService,
  MetricsService,
  TracingService,
} from './services';

/** Finds and runs the actions of all plugins. */
export const actionsServiceRef = createServiceRef<ActionsService>({ id: 'alpha.core.actions' });

/** Offers actions of a plugin. */
export const actionsRegistryServiceRef = createServiceRef<ActionsRegistryService>({
  id: 'alpha.core.actionsRegistry',
});

/** Finds the connections to other systems that a plugin has declared, see `declareConnection`. */
export const connectionsServiceRef = createServiceRef<ConnectionsService>({
  id: 'core.connections',
});

/** Measures the work of a plugin. */
export const metricsServiceRef = createServiceRef<MetricsService>({ id: 'alpha.core.metrics' });

/** Traces the work of a plugin. */
export const tracingServiceRef = createServiceRef<TracingService>({ id: 'alpha.core.tracing' });

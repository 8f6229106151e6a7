import {
  coreServices,
  createServiceFactory,
  metricsServiceRef,
  type MetricsService,
} from '../../api';

/** Measures through the OpenTelemetry meter that `backend.metrics.plugin.<id>.meter` describes. */
export const metricsServiceFactory = createServiceFactory({
  service: metricsServiceRef,
  deps: { config: coreServices.rootConfig, plugin: coreServices.pluginMetadata },
  factory({ config, plugin }): MetricsService {
    const { metrics } = require('@opentelemetry/api') as typeof import('@opentelemetry/api');
    const id = plugin.getId();
    const scope = config.getOptionalConfig(`backend.metrics.plugin.${id}.meter`);
    const meter = metrics.getMeter(
      scope?.getOptionalString('name') ?? `backstage-plugin-${id}`,
      scope?.getOptionalString('version'),
      { schemaUrl: scope?.getOptionalString('schemaUrl') },
    );
    return {
      createCounter: (name, options) => meter.createCounter(name, options),
      createUpDownCounter: (name, options) => meter.createUpDownCounter(name, options),
      createHistogram: (name, options) => meter.createHistogram(name, options),
      createGauge: (name, options) => meter.createGauge(name, options),
      createObservableCounter: (name, options) => meter.createObservableCounter(name, options),
      createObservableUpDownCounter: (name, options) =>
        meter.createObservableUpDownCounter(name, options),
      createObservableGauge: (name, options) => meter.createObservableGauge(name, options),
    };
  },
});

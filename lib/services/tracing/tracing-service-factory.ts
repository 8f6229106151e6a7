import {
  coreServices,
  createServiceFactory,
  tracingServiceRef,
  type TracingService,
} from '../../api';
import type * as OtelTracing from './otel-tracing-service';

/**
 * Traces through the OpenTelemetry tracer that `backend.tracing.plugin.<id>.tracer` describes;
 * `backend.tracing.capture.endUser` adds who the work is for.
 */
export const tracingServiceFactory = createServiceFactory({
  service: tracingServiceRef,
  deps: {
    config: coreServices.rootConfig,
    plugin: coreServices.pluginMetadata,
    httpAuth: coreServices.httpAuth,
  },
  factory({ config, plugin, httpAuth }): TracingService {
    const pluginId = plugin.getId();
    const scope = config.getOptionalConfig(`backend.tracing.plugin.${pluginId}.tracer`);
    const { OtelTracingService } = require('./otel-tracing-service') as typeof OtelTracing;
    return new OtelTracingService({
      pluginId,
      name: scope?.getOptionalString('name') ?? `backstage-plugin-${pluginId}`,
      version: scope?.getOptionalString('version'),
      schemaUrl: scope?.getOptionalString('schemaUrl'),
      captureEndUser: config.getOptionalBoolean('backend.tracing.capture.endUser') ?? false,
      httpAuth,
    });
  },
});

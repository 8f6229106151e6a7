import {
  actionsRegistryServiceRef,
  actionsServiceRef,
  connectionsServiceRef,
  metricsServiceRef,
  type LoggerService,
  type MetricsService,
} from '../api';
import {
  actionsRegistryServiceFactory,
  actionsServiceFactory,
  connectionsServiceFactory,
  metricsServiceFactory,
  tracingServiceFactory,
} from '../services';
import { createServiceMock, createStubbedServiceMock } from './create-service-mock';
import { mockFunction } from './mock-function';
import { mockServices } from './mock-services';
import { MockActionsRegistry } from './services/mock-actions-registry';
import { createMockTracingService } from './services/mock-tracing-service';

/** An actions registry that also runs what is registered. */
export function actionsRegistryServiceMock(options?: {
  logger: LoggerService;
}): MockActionsRegistry {
  return MockActionsRegistry.create({ logger: options?.logger ?? mockServices.logger.mock() });
}
export namespace actionsRegistryServiceMock {
  export const factory = () => actionsRegistryServiceFactory;
  export const mock = createStubbedServiceMock(actionsRegistryServiceRef, ['register']);
}

export namespace actionsServiceMock {
  export const factory = () => actionsServiceFactory;
  export const mock = createStubbedServiceMock(actionsServiceRef, ['list', 'invoke']);
}

export namespace connectionsServiceMock {
  export const factory = () => connectionsServiceFactory;
  export const mock = createStubbedServiceMock(connectionsServiceRef, ['find']);
}

const adder = () => mockFunction(() => ({ add: mockFunction() }));
const recorder = () => mockFunction(() => ({ record: mockFunction() }));
const observable = () =>
  mockFunction(() => ({ addCallback: mockFunction(), removeCallback: mockFunction() }));

export namespace metricsServiceMock {
  export const factory = () => metricsServiceFactory;
  export const mock = createServiceMock<MetricsService>(metricsServiceRef, () => ({
    createCounter: adder(),
    createUpDownCounter: adder(),
    createHistogram: recorder(),
    createGauge: recorder(),
    createObservableCounter: observable(),
    createObservableUpDownCounter: observable(),
    createObservableGauge: observable(),
  }));
}

export namespace tracingServiceMock {
  export const factory = () => tracingServiceFactory;
  export const mock = createMockTracingService;
}

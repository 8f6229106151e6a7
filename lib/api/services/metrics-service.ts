/** A value that describes a measurement. */
export type MetricAttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** What describes a measurement. */
export interface MetricAttributes {
  [attributeKey: string]: MetricAttributeValue | undefined;
}

/** Hints for the aggregation of measurements. */
export interface MetricAdvice {
  explicitBucketBoundaries?: number[];
}

/** Options of every instrument. */
export interface MetricOptions {
  description?: string;
  unit?: string;
  advice?: MetricAdvice;
}

/** Counts up. */
export interface MetricsServiceCounter<TAttributes extends MetricAttributes = MetricAttributes> {
  /** @param value - not negative */
  add(value: number, attributes?: TAttributes): void;
}

/** Counts up and down. */
export interface MetricsServiceUpDownCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> {
  add(value: number, attributes?: TAttributes): void;
}

/** Records how values are distributed. */
export interface MetricsServiceHistogram<TAttributes extends MetricAttributes = MetricAttributes> {
  record(value: number, attributes?: TAttributes): void;
}

/** Records a value of this moment. */
export interface MetricsServiceGauge<TAttributes extends MetricAttributes = MetricAttributes> {
  record(value: number, attributes?: TAttributes): void;
}

/** Takes the values of an observable. */
export interface MetricsServiceObservableResult<
  TAttributes extends MetricAttributes = MetricAttributes,
> {
  observe(value: number, attributes?: TAttributes): void;
}

/** Called whenever metrics are collected. */
export type MetricsServiceObservableCallback<
  TAttributes extends MetricAttributes = MetricAttributes,
> = (observableResult: MetricsServiceObservableResult<TAttributes>) => void | Promise<void>;

/** An instrument that asks for its values. */
export interface MetricsServiceObservable<TAttributes extends MetricAttributes = MetricAttributes> {
  addCallback(callback: MetricsServiceObservableCallback<TAttributes>): void;
  removeCallback(callback: MetricsServiceObservableCallback<TAttributes>): void;
}

/** A sum that never falls. */
export type MetricsServiceObservableCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> = MetricsServiceObservable<TAttributes>;

/** A sum that may fall. */
export type MetricsServiceObservableUpDownCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> = MetricsServiceObservable<TAttributes>;

/** A value of this moment. */
export type MetricsServiceObservableGauge<TAttributes extends MetricAttributes = MetricAttributes> =
  MetricsServiceObservable<TAttributes>;

/** Creates instruments of a plugin. They go to the OpenTelemetry SDK of the process, if there is one. */
export interface MetricsService {
  createCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceCounter<TAttributes>;
  createUpDownCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceUpDownCounter<TAttributes>;
  createHistogram<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceHistogram<TAttributes>;
  createGauge<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceGauge<TAttributes>;
  createObservableCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableCounter<TAttributes>;
  createObservableUpDownCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableUpDownCounter<TAttributes>;
  createObservableGauge<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableGauge<TAttributes>;
}

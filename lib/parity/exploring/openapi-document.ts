import { isObject } from '../compare-json';

/** A parameter of an operation and what may be sent for it. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** What the document itself names: examples, the default, the values of an enumeration. */
  readonly named: readonly unknown[];
  /** Any value that the schema allows. */
  readonly sample: unknown;
  /** True where the elements of a list are sent as one value, with commas. */
  readonly joined: boolean;
}

/** What an OpenAPI document says about an endpoint. */
export interface OpenApiOperation {
  /** In capitals. */
  readonly method: string;
  /** In the syntax of express, with the path that the document is served below. */
  readonly path: string;
  readonly parameters: readonly OpenApiParameter[];
  readonly body?: unknown;
}

/** Says where in a document something is wrong. */
export class OpenApiError extends Error {
  override readonly name = 'OpenApiError';

  /** @param at - the keys that lead to the place */
  constructor(
    message: string,
    readonly at: readonly string[],
  ) {
    super(message);
  }
}

const METHODS = ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'];
const LOCATIONS: readonly unknown[] = ['path', 'query', 'header'];

/**
 * Reads the operations of an OpenAPI 3 or Swagger 2 document.
 *
 * @param base - the path that the document is served below: paths that do not begin with it get it
 * @throws OpenApiError
 */
export function readOpenApi(document: unknown, base: string): OpenApiOperation[] {
  if (!isObject(document) || !('openapi' in document || 'swagger' in document)) {
    throw new OpenApiError("expected an OpenAPI document, with 'openapi: 3.…'", []);
  }
  if (!isObject(document.paths)) {
    throw new OpenApiError("expected 'paths' to be a mapping of paths to operations", ['paths']);
  }
  const reader = new OperationReader(document);
  return Object.entries(document.paths).flatMap(([path, item]) => {
    const at = ['paths', path];
    if (!path.startsWith('/') || !isObject(item)) {
      throw new OpenApiError(`expected a path that begins with '/', and operations below it`, at);
    }
    const isBelow = path === base || path.startsWith(`${base}/`);
    const full = `${isBelow ? '' : base}${path}`.replace(/\{([^}]+)\}/g, (_, name: string) =>
      toParameter(name),
    );
    return METHODS.filter(method => method in item).map(method =>
      reader.read(item, method, full, at),
    );
  });
}

/** The name of a path parameter as express takes it. */
function toParameter(name: string): string {
  return `:${name.replace(/\W/g, '_')}`;
}

class OperationReader {
  readonly #document: Record<string, unknown>;

  constructor(document: Record<string, unknown>) {
    this.#document = document;
  }

  read(
    item: Record<string, unknown>,
    method: string,
    path: string,
    at: readonly string[],
  ): OpenApiOperation {
    const operation = item[method];
    const here = [...at, method];
    if (!isObject(operation)) {
      throw new OpenApiError('expected an operation', here);
    }
    const parameters = [
      ...this.#parameters(item.parameters, [...at, 'parameters']),
      ...this.#parameters(operation.parameters, [...here, 'parameters']),
    ];
    // Those of an operation stand for those of the path with the same name.
    const byName = new Map(parameters.map(each => [`${each.in} ${each.name}`, each]));
    const body = this.#body(operation.requestBody, [...here, 'requestBody']);
    return {
      method: method.toUpperCase(),
      path,
      parameters: [...byName.values()],
      ...(body !== undefined && { body }),
    };
  }

  #parameters(list: unknown, at: readonly string[]): OpenApiParameter[] {
    if (list === undefined) {
      return [];
    }
    if (!Array.isArray(list)) {
      throw new OpenApiError("expected 'parameters' to be a list", at);
    }
    return list.flatMap((each, i) => {
      const here = [...at, String(i)];
      const parameter = this.#resolve(each, here);
      if (typeof parameter.name !== 'string' || typeof parameter.in !== 'string') {
        throw new OpenApiError("expected a parameter with 'name' and 'in'", here);
      }
      return LOCATIONS.includes(parameter.in) ? [this.#parameter(parameter, here)] : [];
    });
  }

  #parameter(parameter: Record<string, unknown>, at: readonly string[]): OpenApiParameter {
    // In Swagger 2 the parameter is the schema.
    const schema =
      'schema' in parameter ? this.#resolve(parameter.schema, [...at, 'schema']) : parameter;
    const examples = isObject(parameter.examples) ? Object.entries(parameter.examples) : [];
    const named = [
      parameter.example,
      ...examples.map(([key, each]) => this.#resolve(each, [...at, 'examples', key]).value),
      schema.example,
      schema.default,
      ...(Array.isArray(schema.enum) ? schema.enum : []),
    ];
    const location = parameter.in as OpenApiParameter['in'];
    const name = parameter.name as string;
    return {
      name: location === 'path' ? toParameter(name).slice(1) : name,
      in: location,
      required: parameter.required === true || location === 'path',
      named: named.filter(value => value !== undefined && value !== null),
      sample: this.#sample(schema, at),
      joined: parameter.explode === false || location !== 'query',
    };
  }

  #body(value: unknown, at: readonly string[]): unknown {
    if (value === undefined) {
      return undefined;
    }
    const { content } = this.#resolve(value, at);
    const json = isObject(content)
      ? Object.entries(content).find(([type]) => /[/+]json\b/.test(type))?.[1]
      : undefined;
    if (!isObject(json)) {
      return undefined; // Nothing that could be made up.
    }
    return json.example ?? this.#sample(json.schema, [...at, 'content']);
  }

  #sample(schema: unknown, at: readonly string[]): unknown {
    const { sample } = require('openapi-sampler') as typeof import('openapi-sampler');
    try {
      return isObject(schema)
        ? sample(schema, { skipReadOnly: true, quiet: true }, this.#document)
        : undefined;
    } catch (cause) {
      throw new OpenApiError(
        `no value can be made of this schema: ${(cause as Error).message}`,
        at,
      );
    }
  }

  #resolve(value: unknown, at: readonly string[]): Record<string, unknown> {
    let resolved = value;
    for (let hops = 0; isObject(resolved) && typeof resolved.$ref === 'string'; hops++) {
      const { $ref } = resolved;
      resolved = hops < 20 && $ref.startsWith('#/') ? this.#lookUp($ref) : undefined;
      if (resolved === undefined) {
        throw new OpenApiError(`there is no '${$ref}' in this document`, at);
      }
    }
    if (!isObject(resolved)) {
      throw new OpenApiError('expected a mapping', at);
    }
    return resolved;
  }

  #lookUp(reference: string): unknown {
    const keys = reference.slice(2).split('/');
    return keys
      .map(key => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), this.#document);
  }
}

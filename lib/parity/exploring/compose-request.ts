import type { ParityPrincipal, ParityRequest } from '../request';
import type { SideValues } from '../requests/variables';
import type { OpenApiParameter } from './openapi-document';
import type { Target } from './targets';
import type { WriteBody } from './write-bodies';

/** What a request is made of. */
export interface Ingredients {
  readonly target: Target;
  /** For the parameters of the path. */
  readonly values: Readonly<Record<string, SideValues>>;
  /** Which of the optional parameters are sent, and with which of the values that the document names. */
  choose(parameter: OpenApiParameter): unknown;
  readonly as: ParityPrincipal;
  /** Sent by what changes something. */
  readonly body?: WriteBody;
}

/**
 * Makes a request. A value that is the same on both sides becomes part of the path, others are left to
 * variables.
 */
export function composeRequest(ingredients: Ingredients): ParityRequest {
  const { target, values, choose, as, body: sent = {} } = ingredients;
  const { method, path, operation } = target;
  const variables: Record<string, SideValues> = {};
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const { left, right } = values[name];
    if (left === right) {
      return encodeURIComponent(String(left));
    }
    variables[name] = values[name];
    return `{{${name}}}`;
  });
  const query = new URLSearchParams();
  const headers: Record<string, string> = { ...sent.headers };
  for (const parameter of operation?.parameters ?? []) {
    const value = parameter.in === 'path' ? undefined : choose(parameter);
    if (value === undefined || value === null) {
      continue;
    }
    if (parameter.in === 'header') {
      headers[parameter.name.toLowerCase()] = toText(value);
    } else if (Array.isArray(value) && !parameter.joined) {
      value.forEach(each => query.append(parameter.name, toText(each)));
    } else {
      query.append(parameter.name, toText(value));
    }
  }
  return {
    method,
    path: query.size > 0 ? `${filled}?${query}` : filled,
    headers,
    ...(sent.body !== undefined && { body: sent.body }),
    as,
    ...(Object.keys(variables).length > 0 && { variables }),
  };
}

function toText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(toText).join(',');
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

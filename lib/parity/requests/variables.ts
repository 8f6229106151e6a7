import type { ParityDifference } from '../difference';
import type { ParityResponse } from '../exchange';
import { isSecretName } from '../mask-secrets';
import type { ParitySide } from '../observation';
import type { ParityRequest } from '../request';
import { UUID } from '../value-formats';
import { readPath } from './read-path';

/** What stands for the same thing on each side. */
export interface SideValues {
  readonly left: unknown;
  readonly right: unknown;
  /** On another side like the left one, where there is one and it is known. */
  readonly copy?: unknown;
  /** Kept out of reports. */
  readonly isSecret?: boolean;
}

/** A request as it is sent to each side. */
export type SentRequests = Readonly<Record<ParitySide, ParityRequest>>;

const PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}/g;
/** Stands for the value as it is, not for its text. */
const WHOLE_PLACEHOLDER = /^\{\{\s*([\w.-]+)\s*\}\}$/;
/** Shorter texts may be part of any other. */
const TELLING_LENGTH = 4;

/** The values that were captured from answers, of each side its own, by scenario. */
export class Variables {
  readonly #scenarios = new Map<string, Map<string, SideValues>>();

  /**
   * A request as it is sent to each side. Placeholders that nobody captures stay as they are.
   *
   * @param copyOf - what the copy of the left side calls an id, where that is known
   * @throws MissingValueError when a value was to be captured, but was not there
   */
  fill(
    request: ParityRequest,
    copyOf: (id: string) => string | undefined = () => undefined,
  ): SentRequests {
    const known = this.#of(request);
    if (!placeholders(request).some(name => known.has(name))) {
      return { left: request, right: request, copy: request };
    }
    const fillSide = (find: (values: SideValues) => unknown, side: string) =>
      fillPlaceholders(
        request,
        name => known.has(name) && { value: present(find(known.get(name)!), name, side) },
      );
    return {
      left: fillSide(({ left }) => left, 'left'),
      right: fillSide(({ right }) => right, 'right'),
      copy: fillSide(({ left, copy }) => copy ?? translateIds(left, copyOf), 'left'),
    };
  }

  /** The paths that were sent to each side, as reports show them; undefined where that is no news. */
  describe(request: ParityRequest): Record<'left' | 'right', string> | undefined {
    const known = this.#of(request);
    if (!placeholders(request).some(name => known.has(name))) {
      return undefined;
    }
    const fillSide = (side: ParitySide) =>
      fillPlaceholders(
        request,
        name => known.has(name) && !known.get(name)!.isSecret && { value: known.get(name)![side] },
      ).path;
    return { left: fillSide('left'), right: fillSide('right') };
  }

  /** Takes down what a request asks to capture. */
  capture(
    request: ParityRequest,
    left?: ParityResponse,
    right?: ParityResponse,
    copy?: ParityResponse,
  ): void {
    for (const [name, path] of Object.entries(request.capture ?? {})) {
      const scenario = this.#scenarios.get(request.scenario ?? '') ?? new Map();
      this.#scenarios.set(request.scenario ?? '', scenario);
      scenario.set(name, {
        left: left && readPath(left, path),
        right: right && readPath(right, path),
        copy: copy && readPath(copy, path),
        isSecret: isSecretName(name) || isSecretName(path),
      });
    }
  }

  /** True for a difference between values that were captured, or between texts that hold them. */
  explains(
    request: ParityRequest,
    { left, right }: ParityDifference,
    other: 'right' | 'copy' = 'right',
  ): boolean {
    const values = [...this.#of(request).values()].filter(each => isScalar(each.left));
    if (values.length === 0 || typeof left !== typeof right) {
      return false;
    }
    if (values.some(each => each.left === left && each[other] === right)) {
      return true;
    }
    if (typeof left !== 'string') {
      return false;
    }
    const blank = (text: string, side: ParitySide) =>
      values
        .filter(each => String(each.left).length >= TELLING_LENGTH)
        .reduce((rest, each, i) => rest.replaceAll(String(each[side]), `{{${i}}}`), text);
    return blank(left, 'left') === blank(right as string, other);
  }

  #of({ scenario = '', variables }: ParityRequest): ReadonlyMap<string, SideValues> {
    const captured = this.#scenarios.get(scenario) ?? new Map<string, SideValues>();
    return variables ? new Map([...captured, ...Object.entries(variables)]) : captured;
  }
}

function placeholders({ path, headers, body }: ParityRequest): string[] {
  const text = JSON.stringify([path, headers, body]);
  return Array.from(text.matchAll(PLACEHOLDER), ([, name]) => name);
}

function fillPlaceholders(
  request: ParityRequest,
  find: (name: string) => { value: unknown } | false,
): ParityRequest {
  const fillText = (text: string, encode: (value: string) => string = value => value) =>
    text.replace(PLACEHOLDER, (placeholder, name: string) => {
      const found = find(name);
      return found ? encode(asText(found.value)) : placeholder;
    });
  const fillValue = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const found = find(WHOLE_PLACEHOLDER.exec(value)?.[1] ?? '');
      return found ? found.value : fillText(value);
    }
    if (Array.isArray(value)) {
      return value.map(fillValue);
    }
    if (value instanceof Uint8Array) {
      return value;
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillValue(each)]))
      : value;
  };
  const { path, headers, body } = request;
  return {
    ...request,
    path: fillText(path, encodeURIComponent),
    headers: fillValue(headers) as ParityRequest['headers'],
    ...(body !== undefined && {
      body: typeof body === 'string' ? fillText(body) : fillValue(body),
    }),
  };
}

/** A request needs a value that no answer had. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError';
}

function present(value: unknown, name: string, side: string): unknown {
  if (value === undefined) {
    throw new MissingValueError(`the answer of the ${side} side had nothing for {{${name}}}`);
  }
  return value;
}

function translateIds(value: unknown, copyOf: (id: string) => string | undefined): unknown {
  return typeof value === 'string' ? value.replace(UUID, id => copyOf(id) ?? id) : value;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

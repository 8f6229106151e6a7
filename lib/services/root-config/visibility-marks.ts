import type { JsonObject, JsonValue } from '@backstage/types';
import { coerce, matchesType } from './schema-type';

/** A JSON schema as far as it is looked at here. */
export type Schema = { [keyword in string]?: unknown };

/** What the schemas say about the values of a configuration, by the path of a value (`/a/b/0`). */
export interface VisibilityMarks {
  visibility: Map<string, string>;
  /** Visibilities that also hold for everything below the path. */
  deep: Map<string, string>;
}

/** Keywords that constrain nothing. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'definitions',
  'deprecated',
  'deprecation',
  'readOnly',
  'writeOnly',
  'then',
  'else',
  'additionalProperties',
  'patternProperties',
  'additionalItems',
]);

/**
 * Records what a schema says about the visibility of the values of a configuration. Visits what ajv
 * visits when it validates with `allErrors` and `coerceTypes`, as @backstage/config-loader has it do:
 * everything, except the alternatives of an `anyOf` that follow a valid one.
 *
 * A keyword that is not known here counts as not fulfilled, so that no alternative is passed over
 * because of it: rather a secret too many than one too few.
 */
export function markVisibility(schema: Schema, config: JsonObject, marks: VisibilityMarks): void {
  const holder = { config: structuredClone(config) };
  new Visitor(schema, marks).visit(schema, holder as JsonObject, 'config', '');
}

class Visitor {
  readonly #root: Schema;
  readonly #marks: VisibilityMarks;
  /** Schemas that are being visited for a path: a reference to one of them ends there. */
  readonly #open = new Map<unknown, string>();

  constructor(root: Schema, marks: VisibilityMarks) {
    this.#root = root;
    this.#marks = marks;
  }

  /** Whether the value `parent[key]`, which is at `path`, fulfils the schema. */
  visit(schema: unknown, parent: JsonObject, key: string, path: string): boolean {
    if (typeof schema !== 'object' || schema === null) {
      return schema !== false;
    }
    const rules = schema as Schema;
    coerce(rules.type, parent, key);
    let valid = true;
    // The order matters where two keywords mark the same path: visibility comes after `anyOf`.
    for (const [keyword, rule] of Object.entries(rules)) {
      if (rule !== undefined && !(keyword in CHILDREN) && !ANNOTATIONS.has(keyword)) {
        valid = this.#check(keyword, rule, rules, parent, key, path) && valid;
      }
    }
    if (typeof rules.visibility === 'string' && rules.visibility !== 'backend') {
      this.#marks.visibility.set(path, rules.visibility);
    }
    if (typeof rules.deepVisibility === 'string') {
      this.#marks.deep.set(path, rules.deepVisibility);
    }
    const value = parent[key];
    if (Array.isArray(value)) {
      valid = this.#items(rules, value, path) && valid;
    } else if (typeof value === 'object' && value !== null) {
      valid = this.#properties(rules, value as JsonObject, path) && valid;
    }
    return valid;
  }

  #check(
    keyword: string,
    rule: unknown,
    rules: Schema,
    parent: JsonObject,
    key: string,
    path: string,
  ): boolean {
    const value = parent[key];
    const sub = (schema: unknown) => this.visit(schema, parent, key, path);
    switch (keyword) {
      case '$ref':
        return this.#reference(String(rule), parent, key, path);
      case 'anyOf':
        return (rule as unknown[]).some(sub);
      case 'oneOf':
        return (rule as unknown[]).filter(sub).length === 1;
      case 'allOf':
        return (rule as unknown[]).map(sub).every(Boolean);
      case 'not':
        return !sub(rule);
      case 'if':
        return sub(sub(rule) ? (rules.then ?? true) : (rules.else ?? true));
      case 'type':
        return matchesType(rule, value);
      case 'const':
        return equal(rule, value);
      case 'enum':
        return (rule as unknown[]).some(option => equal(option, value));
      case 'pattern':
        return typeof value !== 'string' || new RegExp(rule as string, 'u').test(value);
      case 'minLength':
        return typeof value !== 'string' || value.length >= (rule as number);
      case 'maxLength':
        return typeof value !== 'string' || value.length <= (rule as number);
      case 'minimum':
        return typeof value !== 'number' || value >= (rule as number);
      case 'maximum':
        return typeof value !== 'number' || value <= (rule as number);
      case 'minItems':
        return !Array.isArray(value) || value.length >= (rule as number);
      case 'maxItems':
        return !Array.isArray(value) || value.length <= (rule as number);
      default:
        return false;
    }
  }

  #properties(rules: Schema, value: JsonObject, path: string): boolean {
    const properties = (rules.properties ?? {}) as { [name in string]: unknown };
    const patterns = Object.entries((rules.patternProperties ?? {}) as object).map(
      ([pattern, schema]) => [new RegExp(pattern, 'u'), schema] as const,
    );
    const required = (rules.required ?? []) as string[];
    let valid = required.every(name => value[name] !== undefined);
    for (const name of Object.keys(value)) {
      const matching = patterns
        .filter(([pattern]) => pattern.test(name))
        .map(([, schema]) => schema);
      const schemas = [...(Object.hasOwn(properties, name) ? [properties[name]] : []), ...matching];
      for (const schema of schemas.length > 0 ? schemas : [rules.additionalProperties ?? true]) {
        valid = this.visit(schema, value, name, `${path}/${name}`) && valid;
      }
    }
    return valid;
  }

  #items(rules: Schema, value: JsonValue[], path: string): boolean {
    const schemaOf = (index: number) =>
      Array.isArray(rules.items)
        ? (rules.items[index] ?? rules.additionalItems ?? true)
        : (rules.items ?? true);
    const holder = value as unknown as JsonObject;
    return value
      .map((_, index) => this.visit(schemaOf(index), holder, String(index), `${path}/${index}`))
      .every(Boolean);
  }

  #reference(ref: string, parent: JsonObject, key: string, path: string): boolean {
    const target = ref
      .replace(/^#\/?/, '')
      .split('/')
      .filter(Boolean)
      .map(part => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<any>((schema, part) => schema?.[part], this.#root);
    if (!ref.startsWith('#') || target === undefined || this.#open.get(target) === path) {
      return false;
    }
    const outer = this.#open.get(target);
    this.#open.set(target, path);
    const valid = this.visit(target, parent, key, path);
    if (outer === undefined) {
      this.#open.delete(target);
    } else {
      this.#open.set(target, outer);
    }
    return valid;
  }
}

/** Keywords that {@link Visitor} handles per child. */
const CHILDREN: Schema = {
  properties: true,
  required: true,
  items: true,
  visibility: true,
  deepVisibility: true,
};

function equal(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

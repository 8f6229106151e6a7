import type { JsonValue } from '@backstage/types';
import { nearest } from '../../../api/nearest';
import { expectedForm } from './expected-form';
import type { Form } from './form';
import { hasType, isNumeric } from './has-type';

/** Shorter keys are like too many others. */
const SHORTEST_LIKENESS = 5;
const LONGEST_SHOWN = 60;
/** No secret is one of these. */
const HARMLESS = /^(?:true|false|yes|no|on|off|null|none|)$/i;

/** A value that cannot be used. */
export interface FormProblem {
  path: string;
  value: JsonValue | undefined;
  /** Shows no value that may be secret. */
  message: string;
}

/** Compares a value with its form, and collects what is wrong. */
export class FormCheck {
  readonly problems: FormProblem[] = [];
  /** Keys that nothing reads, as far as is known; one message each. */
  readonly unknownKeys: string[] = [];
  readonly #root: Form;

  /** @param root - holds the definitions that forms refer to */
  constructor(root: Form) {
    this.#root = root;
  }

  /** @param path - of the value, for messages */
  check(form: Form, value: JsonValue, path: string, isSecret = false): void {
    const resolved = this.#resolve(form);
    if (resolved.anyOf) {
      this.#checkAlternatives(resolved, value, path, isSecret);
    } else if (!isOfForm(resolved, value)) {
      this.#report(path, resolved, value, isSecret);
    } else if (Array.isArray(value)) {
      const { items } = resolved;
      if (items) {
        const secret = isSecret || resolved.deepVisibility === 'secret';
        value.forEach((item, index) => this.check(items, item, `${path}[${index}]`, secret));
      }
    } else if (typeof value === 'object' && value !== null) {
      this.#checkKeys(resolved, value, path, isSecret || resolved.deepVisibility === 'secret');
    }
  }

  #checkAlternatives(form: Form, value: JsonValue, path: string, isSecret: boolean): void {
    const tries = form
      .anyOf!.filter(option => this.#mayBe(this.#resolve(option), value))
      .map(option => {
        const attempt = new FormCheck(this.#root);
        attempt.check(option, value, path, isSecret);
        return { attempt, marks: countMarks(this.#resolve(option), value) };
      })
      .sort((a, b) => b.marks - a.marks || a.attempt.problems.length - b.attempt.problems.length);
    const best = tries[0]?.attempt;
    if (!best || (best.problems.length > 0 && typeof value !== 'object')) {
      this.#report(path, form, value, isSecret);
      return;
    }
    this.problems.push(...best.problems);
    this.unknownKeys.push(...best.unknownKeys);
  }

  #checkKeys(
    form: Form,
    value: { [key in string]?: JsonValue },
    path: string,
    isSecret: boolean,
  ): void {
    const { properties = {}, required = [], additionalProperties } = form;
    const at = (key: string) => (path ? `${path}.${key}` : key);
    // As in the configuration service: null stands for a value that is not set.
    const keys = Object.keys(value).filter(key => (value[key] ?? undefined) !== undefined);
    for (const key of required.filter(name => !keys.includes(name))) {
      this.#report(at(key), this.#resolve(properties[key] ?? {}), undefined, isSecret);
    }
    if (keys.length < (form.minProperties ?? 0)) {
      this.#report(path, form, value, isSecret);
    }
    for (const key of keys) {
      if (Object.hasOwn(properties, key)) {
        this.check(properties[key]!, value[key]!, at(key), isSecret);
      } else if (typeof additionalProperties === 'object') {
        this.check(additionalProperties, value[key]!, at(key), isSecret);
      } else if (form.properties) {
        const known = Object.keys(properties);
        this.#checkUnknown(key, value[key]!, known, at(key), additionalProperties);
      }
    }
  }

  #checkUnknown(
    key: string,
    value: JsonValue,
    known: string[],
    path: string,
    allowed: boolean | undefined,
  ): void {
    const [similar] = nearest(key, known, 1);
    const hint = similar
      ? `did you mean '${similar}'?`
      : `expected any of ${known.map(name => `'${name}'`).join(', ')}`;
    if (allowed === false) {
      const message = `Invalid config at '${path}': unknown key, ${hint}`;
      this.problems.push({ path, value, message });
    } else if (allowed === undefined || (similar && key.length >= SHORTEST_LIKENESS)) {
      this.unknownKeys.push(`Unknown config key '${path}', ${hint}`);
    }
  }

  #report(path: string, form: Form, value: JsonValue | undefined, isSecret: boolean): void {
    const expected = expectedForm(form, option => this.#resolve(option));
    const received = describe(value, isSecret || this.#holdsSecrets(form));
    const message = `Invalid config at '${path}': expected ${expected}, got ${received}`;
    this.problems.push({ path, value, message });
  }

  /** Whether a value of the wrong type could be a secret that stands in the wrong place. */
  #holdsSecrets(form: Form): boolean {
    const { visibility, deepVisibility, anyOf, items, properties, additionalProperties } = form;
    const parts = [
      ...(anyOf ?? []),
      ...(items ? [items] : []),
      ...Object.values(properties ?? {}),
      ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ];
    return (
      visibility === 'secret' ||
      deepVisibility === 'secret' ||
      parts.some(part => this.#holdsSecrets(this.#resolve(part!)))
    );
  }

  /** Whether one of several forms is the one that was meant. Here nothing is converted. */
  #mayBe(form: Form, value: JsonValue): boolean {
    return form.anyOf
      ? form.anyOf.some(option => this.#mayBe(this.#resolve(option), value))
      : form.type === undefined || hasType(form.type, value, { exactly: true });
  }

  #resolve(form: Form): Form {
    const name = form.$ref?.replace('#/definitions/', '');
    return name === undefined ? form : this.#resolve(this.#root.definitions![name]!);
  }
}

function isOfForm(form: Form, value: JsonValue): boolean {
  const { type, pattern, minLength = 1, minimum = -Infinity, maximum = Infinity } = form;
  if (type !== undefined && !hasType(type, value)) {
    return false;
  }
  if (('const' in form && value !== form.const) || form.enum?.includes(value) === false) {
    return false;
  }
  if (typeof value === 'string' && hasType('string', value) && type === 'string') {
    return value.length >= minLength && (!pattern || new RegExp(pattern, 'i').test(value));
  }
  return !isNumeric(value) || (Number(value) >= minimum && Number(value) <= maximum);
}

/** How many constants of a form, such as its type, a value has: they tell which form was meant. */
function countMarks({ properties = {} }: Form, value: JsonValue): number {
  const given = value as { [key in string]?: JsonValue };
  return Object.entries(properties).filter(
    ([key, form]) => form?.const !== undefined && form.const === given[key],
  ).length;
}

function describe(value: JsonValue | undefined, isSecret: boolean): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
  if (isSecret && !HARMLESS.test(String(value))) {
    return '***';
  }
  if (typeof value !== 'string') {
    return String(value);
  }
  // A connection string may have got to the wrong place.
  const shown = value.replace(/\/\/[^/\s]*@/g, '//***@');
  return shown.length > LONGEST_SHOWN ? `'${shown.slice(0, LONGEST_SHOWN)}…'` : `'${shown}'`;
}

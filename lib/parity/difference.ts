/** One thing that the two answers do not have in common. */
export interface ParityDifference {
  readonly part: 'status' | 'header' | 'body' | 'answer' | 'expectation' | 'timing';
  /**
   * The header's name (`set-cookie <cookie> <attribute>` for cookies), the path in a JSON body, such as
   * `$.items[0].name`, `line 3` of a text, or what was expected, such as `$.name = "tea"`.
   */
  readonly path: string;
  /** Undefined where this side has nothing at that path. */
  readonly left: unknown;
  readonly right: unknown;
  /** Set when a rule explains the difference. */
  readonly ignored?: { readonly rule: string; readonly reason: string };
}

/** The path of a member of a JSON value. */
export function memberPath(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** The path of bodies that are equal as JSON values but not as texts. */
export const SAME_JSON_VALUE = '$ (as text)';

/** What a value should look like: the part of JSON schema that config.schema.json is written in. */
export interface Form {
  readonly $ref?: string;
  /** The form in words, for messages. */
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Form[];
  readonly pattern?: string;
  /** 1 unless told, as `getString` has it. */
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name in string]?: Form };
  /**
   * Of keys that `properties` does not name: their form, or false for none. Keys that are merely
   * unknown are left alone with `{}`; with true only if they look like a known one.
   */
  readonly additionalProperties?: boolean | Form;
  readonly items?: Form;
  readonly visibility?: string;
  readonly deepVisibility?: string;
  readonly definitions?: { readonly [name in string]?: Form };
}

import type { Form } from './form';

const TYPES: { [type in string]?: string } = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

/** The form of a value in words. References are resolved already. */
export function expectedForm(form: Form, resolve: (form: Form) => Form): string {
  if (form.title !== undefined) {
    return form.title;
  }
  if (form.enum) {
    return `one of ${form.enum.map(value => `'${value}'`).join(', ')}`;
  }
  if ('const' in form) {
    return typeof form.const === 'string' ? `'${form.const}'` : String(form.const);
  }
  if (form.anyOf) {
    const forms = form.anyOf.map(option => expectedForm(resolve(option), resolve));
    return [...new Set(forms)].join(' or ');
  }
  if (form.minimum !== undefined) {
    return form.maximum === undefined
      ? `a number from ${form.minimum}`
      : `a number from ${form.minimum} to ${form.maximum}`;
  }
  if (form.required) {
    return `an object with ${form.required.map(key => `'${key}'`).join(' and ')}`;
  }
  const types = Array.isArray(form.type) ? form.type : [form.type];
  return types.map(type => TYPES[type] ?? 'a value').join(' or ');
}

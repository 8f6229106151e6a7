// TODO: currencies without cents
export function round(price: number): number {
  return Math.round(price * 100) / 100;
}

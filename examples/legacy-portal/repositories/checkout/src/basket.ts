import { round } from './money';

// TODO(@ada): prices of bundles
export function total(prices: number[]): number {
  // FIXME: rounds each price, not the sum
  return prices.map(round).reduce((sum, price) => sum + price, 0);
}

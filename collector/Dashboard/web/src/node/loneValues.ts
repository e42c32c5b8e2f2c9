/** The indices of single values between two gaps. */
export function loneValues(values: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (isGap(values[index]) || !isGap(values[index - 1]) || !isGap(values[index + 1])) continue;
    lone.push(index);
  }
  return lone;
}

function isGap(value: number | null | undefined): boolean {
  return value === null || value === undefined;
}

/** Adds a day number to the days on which something happened, once however often it did that day. */
export function noteDay(days: number[], day: number): void {
  if (days.length === 0 || days[days.length - 1] !== day) days.push(day);
}

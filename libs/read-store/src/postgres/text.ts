/**
 * PostgreSQL stores every character but U+0000. Ids never hold it, and in JSON it is escaped; but a reason, a name or a
 * message of an error may. It is written as U+FFFF, which is no character, and a digit; U+FFFF itself is written twice.
 */
const ESCAPE = '\uffff';
const TO_ESCAPE = /[\0\uffff]/g;
const ESCAPED = /\uffff([0\uffff])/g;

export function storable(text: string): string {
  return /[\0\uffff]/.test(text) ? text.replace(TO_ESCAPE, (unit) => ESCAPE + (unit === '\0' ? '0' : ESCAPE)) : text;
}

export function restored(text: string): string {
  return text.includes(ESCAPE) ? text.replace(ESCAPED, (_, unit) => (unit === '0' ? '\0' : ESCAPE)) : text;
}

// The drawings are taken from the lucide package when the component is built; see scripts/icons.mjs.

declare module 'virtual:icons' {
  /** A path's data, or an element with its attributes. */
  type Shape = string | [tag: string, attributes: Record<string, string>];
  export interface Drawing {
    shapes: Shape[];
    filled: boolean;
  }
  export const drawings: Readonly<Record<string, Drawing>>;
}

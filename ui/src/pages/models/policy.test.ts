import { describe, expect, it } from "vitest";
import { formOf, policyOf } from "./policy";

const plain = {
  when: "scheduled" as const,
  answers: 100,
  hours: null,
  at: "03:30",
  margin: 0.01,
  promote: true,
  retag: false,
  online: true,
};
const stored = { ...plain, updated_by: null, updated_at: null };

describe("a policy", () => {
  it("comes out of the form as it went in", () => {
    expect(policyOf(formOf(stored))).toEqual(plain);
    expect(policyOf(formOf({ ...stored, hours: 6, at: null }))).toEqual({
      ...plain,
      hours: 6,
      at: null,
    });
  });

  it("is shown in points, and names a time or hours but never both", () => {
    const fields = formOf(stored);
    expect([fields.when, fields.points]).toEqual(["daily", 1]);
    expect(policyOf({ ...fields, when: "hours" })).toMatchObject({ hours: 24, at: null });
    expect(policyOf({ ...fields, when: "manual" })).toMatchObject({ hours: null, at: null });
  });
});

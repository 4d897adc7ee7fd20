import { describe, expect, it } from "vitest";
import { speak } from "../src/words/words";
import { accessible, calls, click, fill, find, hook, screen, settled, until } from "./screen";

describe("first run", () => {
  it("starts a workspace on this computer", async () => {
    const { mock } = await screen("first_run");
    await click("first-run-use");
    await fill("first-run-name", " Jonas ");
    await fill("first-run-workspace", "Lumen & Linde");
    await click("first-run-go");
    expect(calls(mock, "useThisComputer")).toEqual([{ name: "Jonas", workspace_name: "Lumen & Linde" }]);
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
    expect(hook("demo")).toBeTruthy();
    await click("demo");
    expect(calls(mock, "openDemo")).toHaveLength(1);
    await accessible();
  });

  it("says which workspace an address leads to", async () => {
    await screen("first_run");
    await fill("signin-address", "chat.example.com");
    hook("signin-address").dispatchEvent(new FocusEvent("blur"));
    await until(() => expect(document.querySelector("#found")?.textContent).toContain("Found the workspace Lumen & Linde"));
    await fill("signin-address", "nowhere");
    hook("signin-address").dispatchEvent(new FocusEvent("blur"));
    await until(() => expect(document.querySelector("#found")?.textContent).toContain("No workspace answers"));
  });

  it("signs in, and says by its code what went wrong", async () => {
    const { mock } = await screen("first_run");
    await fill("signin-address", "chat.example.com");
    await fill("signin-email", "jonas@example.com");
    await fill("signin-password", "not this one");
    mock.refuse("signIn", "wrong_credentials");
    await click("signin-go");
    await until(() => expect(hook("error").textContent).toContain("E-mail or password is wrong."));
    expect(hook("error").dataset["code"]).toBe("wrong_credentials");
    expect(document.activeElement).toBe(hook("signin-password"));
    await accessible();
    await fill("signin-password", "this one");
    expect(find("error")).toBeNull();
    await click("signin-go");
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
    expect(calls(mock, "signIn").at(-1)).toEqual({
      address: "chat.example.com",
      email: "jonas@example.com",
      password: "this one",
    });
  });

  it("accepts an invitation, with a password that is long enough", async () => {
    const { mock } = await screen("first_run");
    await click("first-run-invitation");
    await fill("invitation-link", "https://chat.example.com/join#abc");
    await fill("invitation-name", "Jonas");
    await fill("invitation-password", "short");
    expect((hook("invitation-go") as HTMLButtonElement).disabled).toBe(true);
    await fill("invitation-password", "long enough");
    await click("invitation-go");
    expect(calls(mock, "acceptInvitation")).toEqual([
      { link: "https://chat.example.com/join#abc", name: "Jonas", password: "long enough" },
    ]);
  });

  it("says why the last session ended and what was lost", async () => {
    const { mock } = await screen("first_run");
    const because = { code: "not_signed_in" as const, message: "" };
    mock.emit({ event: "stage", stage: "first_run", because, lost_unsent: 3 });
    await settled();
    expect(hook("because").textContent).toContain("was signed out");
    expect(hook("because").textContent).toContain("3 things");
  });

  it("says what went wrong in the person's own language, and never that it was the workspace when it may not be", async () => {
    const { mock } = await screen("first_run");
    speak(["de"]);
    await fill("signin-address", "chat.example.com");
    await fill("signin-email", "jonas@example.com");
    await fill("signin-password", "this one");
    mock.refuse("signIn", "unavailable");
    await click("signin-go");
    await until(() => expect(hook("error").textContent).toContain("oder der Schlüsselbund"));
    mock.refuse("signIn", "bad_request");
    await click("signin-go");
    await until(() => expect(hook("error").textContent).toContain("https://"));
  });

  it("offers a passphrase where no keychain runs, and then does what was asked for", async () => {
    const { mock } = await screen("keyless");
    await fill("signin-address", "chat.example.com");
    await fill("signin-email", "jonas@example.com");
    await fill("signin-password", "this one");
    expect(find("passphrase")).toBeNull();
    await click("signin-go");
    await until(() => expect(hook("error").dataset["code"]).toBe("no_keychain"));
    expect(document.body.textContent).toContain("No keychain runs here");
    expect(document.body.textContent).toContain("cannot be recovered");
    await accessible();
    const go = hook("passphrase-go") as HTMLButtonElement;
    await fill("passphrase", "eleven char");
    await fill("passphrase-repeat", "eleven char");
    expect(go.disabled).toBe(true);
    await fill("passphrase", "a lamp in every window");
    expect(document.body.textContent).toContain("The two are not the same.");
    expect(go.disabled).toBe(true);
    await fill("passphrase-repeat", "a lamp in");
    expect(document.body.textContent).not.toContain("The two are not the same.");
    expect(go.disabled).toBe(true);
    await fill("passphrase-repeat", "a lamp in every window");
    await accessible();
    await click("passphrase-go");
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
    expect(calls(mock, "usePassphrase")).toEqual(["a lamp in every window"]);
    const signIn = { address: "chat.example.com", email: "jonas@example.com", password: "this one" };
    expect(calls(mock, "signIn")).toEqual([signIn, signIn]);
  });

  it.each([
    ["useThisComputer", "first-run-use", "first-run-go", ["first-run-name", "first-run-workspace"]],
    ["acceptInvitation", "first-run-invitation", "invitation-go", ["invitation-link", "invitation-name", "invitation-password"]],
  ])("goes on with %s too once there is a passphrase", async (call, choice, go, fields) => {
    const { mock } = await screen("keyless");
    await click(choice);
    for (const field of fields) await fill(field, "Jonas and Anna");
    await click(go);
    await until(() => expect(find("passphrase")).not.toBeNull());
    await fill("passphrase", "a lamp in every window");
    await fill("passphrase-repeat", "a lamp in every window");
    await click("passphrase-go");
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
    expect(calls(mock, call)).toHaveLength(2);
  });

  it("says what is wrong with a passphrase beside it, and asks for no other once it has one", async () => {
    const { mock } = await screen("keyless");
    await fill("signin-address", "chat.example.com");
    await fill("signin-email", "jonas@example.com");
    await fill("signin-password", "this one");
    await click("signin-go");
    await until(() => expect(find("passphrase")).not.toBeNull());
    await fill("passphrase", "a lamp in every window");
    await fill("passphrase-repeat", "a lamp in every window");
    mock.refuse("usePassphrase", "wrong_credentials");
    await click("passphrase-go");
    await until(() => expect(hook("passphrase-error").textContent).toContain("That is not the passphrase."));
    expect(document.activeElement).toBe(hook("passphrase"));
    expect(calls(mock, "signIn")).toHaveLength(1);
    mock.refuse("signIn", "wrong_credentials");
    await click("passphrase-go");
    await until(() => expect(hook("error").dataset["code"]).toBe("wrong_credentials"));
    expect(find("passphrase")).toBeNull();
    expect(document.activeElement).toBe(hook("signin-password"));
    await fill("signin-password", "that one");
    expect(document.body.textContent).toContain("a file encrypted with your passphrase");
  });

  it("can be used without a mouse or eyes", async () => {
    await screen("first_run");
    expect(document.activeElement).toBe(hook("signin-address"));
    await accessible();
  });
});

describe("what stands in for the inbox", () => {
  it("explains a locked keychain and tries again", async () => {
    const { mock } = await screen("locked");
    expect(document.body.textContent).toContain("The keychain is locked");
    await accessible();
    mock.refuse("retryKeychain", "unavailable");
    await click("try-again");
    expect(hook("stage").dataset["stage"]).toBe("keychain_locked");
    await until(() => expect(hook("tried").textContent).toContain("in vain"));
    await click("try-again");
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
  });

  it("tells a missing keychain from a locked one", async () => {
    await screen("missing");
    expect(document.body.textContent).toContain("This computer has no keychain");
  });

  it("asks for the passphrase until it is the right one", async () => {
    const { mock } = await screen("sealed");
    expect(document.body.textContent).toContain("Enter your passphrase");
    expect(find("try-again")).toBeNull();
    const field = hook("passphrase") as HTMLInputElement;
    expect(document.activeElement).toBe(field);
    expect((hook("passphrase-go") as HTMLButtonElement).disabled).toBe(true);
    await accessible();
    await fill("passphrase", "a lamp in no window");
    mock.refuse("usePassphrase", "wrong_credentials");
    (hook("passphrase-go") as HTMLButtonElement).focus();
    await click("passphrase-go");
    await until(() => expect(hook("error").textContent).toContain("That is not the passphrase."));
    expect(hook("error").dataset["code"]).toBe("wrong_credentials");
    expect(document.activeElement).toBe(field);
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, field.value.length]);
    await accessible();
    await fill("passphrase", "a lamp");
    expect(hook("error").textContent.trim()).toBe("");
    await click("passphrase-go");
    await until(() => expect(hook("error").textContent).toContain("That is not the passphrase."));
    await fill("passphrase", "a lamp in every window");
    field.form?.requestSubmit();
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
    expect(calls(mock, "usePassphrase")).toEqual(["a lamp in no window", "a lamp", "a lamp in every window"]);
  });

  it("removes a broken cache only when asked twice", async () => {
    const { mock } = await screen("broken");
    await accessible();
    await click("sign-out");
    expect(calls(mock, "signOut")).toEqual([]);
    await click("sign-out-force");
    expect(calls(mock, "signOut")).toEqual([true]);
    await until(() => expect(hook("stage").dataset["stage"]).toBe("first_run"));
  });

  it("tries again to open what is stored before anything is removed", async () => {
    const { mock } = await screen("broken");
    await click("try-again");
    await until(() => expect(hook("stage").dataset["stage"]).toBe("ready"));
    expect(calls(mock, "signOut")).toEqual([]);
  });

  it("shows nothing before it is known what is stored", async () => {
    await screen("starting");
    expect(find("nav-mine")).toBeNull();
    await accessible();
  });
});

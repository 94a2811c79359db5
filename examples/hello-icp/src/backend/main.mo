import Debug "mo:base/Debug";
import Nat "mo:base/Nat";

/// Greets people and remembers how often. An upgrade keeps the number, a reinstallation begins at 0 again.
persistent actor Backend {
  var greetings : Nat = 0;

  public func greet(name : Text) : async Text {
    greetings += 1;
    // Goes into the canister's log.
    Debug.print("Greeting " # Nat.toText(greetings) # " goes to " # name # ".");
    "Hello, " # name # "!";
  };

  public query func count() : async Nat {
    greetings;
  };
};

import Debug "mo:base/Debug";
import Error "mo:base/Error";
import HelloBackend "canister:hello_backend";

/// Calls hello_backend.
persistent actor HelloVisitor {
  var last : ?Text = null;

  public func visit(name : Text) : async Text {
    let answer = await HelloBackend.greet(name);
    last := ?answer;
    answer;
  };

  /// Makes hello_backend fail, and lives on.
  public func trip() : async Text {
    try {
      await HelloBackend.stumble();
      "hello_backend did not stumble";
    } catch (error) {
      Debug.print("hello_backend stumbled.");
      Error.message(error);
    };
  };

  public query func lastAnswer() : async ?Text {
    last;
  };
};

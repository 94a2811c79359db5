import Array "mo:base/Array";
import Blob "mo:base/Blob";
import Iter "mo:base/Iter";
import Nat "mo:base/Nat";
import Nat32 "mo:base/Nat32";
import Option "mo:base/Option";
import Principal "mo:base/Principal";
import Text "mo:base/Text";
import Time "mo:base/Time";
import TrieMap "mo:base/TrieMap";
import Debug "mo:base/Debug";

/// Serves files over HTTP. Has what dfx needs of the interface of its own asset canister: files of up to two megabytes
/// in one piece (`store`), larger ones by batches and chunks.
shared ({ caller = installer }) persistent actor class AssetStorage() {
  type Key = Text;
  type Time_ = Int;
  type Asset = {
    contentType : Text;
    encoding : Text;
    content : Blob;
    sha256 : ?Blob;
    modified : Time_;
  };
  type BatchOperation = {
    #CreateAsset : { key : Key; content_type : Text };
    #SetAssetContent : {
      key : Key;
      content_encoding : Text;
      chunk_ids : [Nat];
      sha256 : ?Blob;
    };
    #UnsetAssetContent : { key : Key; content_encoding : Text };
    #DeleteAsset : { key : Key };
    #Clear : {};
  };
  type HeaderField = (Text, Text);
  type HttpRequest = {
    method : Text;
    url : Text;
    headers : [HeaderField];
    body : Blob;
  };
  type HttpResponse = {
    status_code : Nat16;
    headers : [HeaderField];
    body : Blob;
  };

  var authorized : [Principal] = [installer];
  var kept : [(Key, Asset)] = [];
  var types : [(Key, Text)] = [];
  var nextBatch : Nat = 1;
  var nextChunk : Nat = 1;
  transient let assets = TrieMap.fromEntries<Key, Asset>(kept.vals(), Text.equal, Text.hash);
  transient let contentTypes = TrieMap.fromEntries<Key, Text>(types.vals(), Text.equal, Text.hash);
  transient let chunks = TrieMap.TrieMap<Nat, Blob>(Nat.equal, func(n) = Nat32.fromNat(n % 4_294_967_296));

  system func preupgrade() {
    kept := Iter.toArray(assets.entries());
    types := Iter.toArray(contentTypes.entries());
  };

  system func postupgrade() {
    kept := [];
    types := [];
  };

  func isAuthorized(caller : Principal) : Bool {
    Principal.isController(caller) or Option.isSome(Array.find<Principal>(authorized, func(p) = p == caller));
  };

  func requireAuthorized(caller : Principal) {
    if (not isAuthorized(caller)) Debug.trap("Caller does not have Commit permission");
  };

  public query func api_version() : async Nat16 { 0 };

  public shared ({ caller }) func authorize(other : Principal) : async () {
    requireAuthorized(caller);
    authorized := Array.append(authorized, [other]);
  };

  public query func list_authorized() : async [Principal] { authorized };

  public shared ({ caller }) func store(
    file : {
      key : Key;
      content_type : Text;
      content_encoding : Text;
      content : Blob;
      sha256 : ?Blob;
    }
  ) : async () {
    requireAuthorized(caller);
    contentTypes.put(file.key, file.content_type);
    put(file.key, file.content_encoding, file.content, file.sha256);
  };

  func put(key : Key, encoding : Text, content : Blob, sha256 : ?Blob) {
    let ?contentType = contentTypes.get(key) else Debug.trap("asset not found");
    assets.put(key, { contentType; encoding; content; sha256; modified = Time.now() });
  };

  public shared ({ caller }) func create_batch(_ : {}) : async { batch_id : Nat } {
    requireAuthorized(caller);
    nextBatch += 1;
    { batch_id = nextBatch - 1 };
  };

  public shared ({ caller }) func create_chunk(chunk : { batch_id : Nat; content : Blob }) : async { chunk_id : Nat } {
    requireAuthorized(caller);
    if (chunk.batch_id >= nextBatch) Debug.trap("batch not found");
    chunks.put(nextChunk, chunk.content);
    nextChunk += 1;
    { chunk_id = nextChunk - 1 };
  };

  public shared ({ caller }) func commit_batch(batch : { batch_id : Nat; operations : [BatchOperation] }) : async () {
    requireAuthorized(caller);
    for (operation in batch.operations.vals()) {
      switch operation {
        case (#CreateAsset { key; content_type }) contentTypes.put(key, content_type);
        case (#SetAssetContent { key; content_encoding; chunk_ids; sha256 }) {
          let parts = Array.map<Nat, [Nat8]>(
            chunk_ids,
            func(id) {
              let ?part = chunks.remove(id) else Debug.trap("chunk not found");
              Blob.toArray(part);
            },
          );
          put(key, content_encoding, Blob.fromArray(Array.flatten(parts)), sha256);
        };
        case (#UnsetAssetContent { key }) assets.delete(key);
        case (#DeleteAsset { key }) {
          assets.delete(key);
          contentTypes.delete(key);
        };
        case (#Clear _) {
          for (key in Iter.toArray(assets.keys()).vals()) assets.delete(key);
          for (key in Iter.toArray(contentTypes.keys()).vals()) contentTypes.delete(key);
        };
      };
    };
  };

  public shared ({ caller }) func delete_asset(file : { key : Key }) : async () {
    requireAuthorized(caller);
    assets.delete(file.key);
    contentTypes.delete(file.key);
  };

  public query func list(_ : {}) : async [{
    key : Key;
    content_type : Text;
    encodings : [{
      content_encoding : Text;
      sha256 : ?Blob;
      length : Nat;
      modified : Time_;
    }];
  }] {
    Array.map<(Key, Asset), { key : Key; content_type : Text; encodings : [{ content_encoding : Text; sha256 : ?Blob; length : Nat; modified : Time_ }] }>(
      Iter.toArray(assets.entries()),
      func((key, asset)) = {
        key;
        content_type = asset.contentType;
        encodings = [{
          content_encoding = asset.encoding;
          sha256 = asset.sha256;
          length = asset.content.size();
          modified = asset.modified;
        }];
      },
    );
  };

  public query func get(wanted : { key : Key; accept_encodings : [Text] }) : async {
    content : Blob;
    content_type : Text;
    content_encoding : Text;
    sha256 : ?Blob;
    total_length : Nat;
  } {
    let ?asset = find(wanted.key) else Debug.trap("asset not found");
    {
      content = asset.content;
      content_type = asset.contentType;
      content_encoding = asset.encoding;
      sha256 = asset.sha256;
      total_length = asset.content.size();
    };
  };

  public query func retrieve(key : Key) : async Blob {
    let ?asset = find(key) else Debug.trap("asset not found");
    asset.content;
  };

  /// A folder is answered with the index.html in it.
  func find(key : Key) : ?Asset {
    switch (assets.get(key)) {
      case (?asset) ?asset;
      case null {
        let folder = if (Text.endsWith(key, #char '/')) key else key # "/";
        assets.get(folder # "index.html");
      };
    };
  };

  public query func http_request(request : HttpRequest) : async HttpResponse {
    if (request.method != "GET" and request.method != "HEAD") return answer(405, "method not allowed");
    let path = Option.get(Text.split(request.url, #predicate(func(c) = c == '?' or c == '#')).next(), "/");
    let ?key = decode(path) else return answer(400, "failed to decode path '" # path # "'");
    switch (find(key)) {
      case (?asset) {
        let encoding = if (asset.encoding == "identity") [] else [("content-encoding", asset.encoding)];
        {
          status_code = 200;
          headers = Array.append([("content-type", asset.contentType), ("cache-control", "no-cache")], encoding);
          body = asset.content;
        };
      };
      case null answer(404, "not found");
    };
  };

  func answer(status_code : Nat16, text : Text) : HttpResponse {
    { status_code; headers = [("content-type", "text/plain")]; body = Text.encodeUtf8(text) };
  };

  /// Takes the percent signs out of a path.
  func decode(path : Text) : ?Text {
    var bytes : [Nat8] = [];
    let given = Blob.toArray(Text.encodeUtf8(path));
    var at = 0;
    while (at < given.size()) {
      if (given[at] == 37) {
        if (at + 2 >= given.size()) return null;
        let ?high = digit(given[at + 1]) else return null;
        let ?low = digit(given[at + 2]) else return null;
        bytes := Array.append(bytes, [high * 16 + low]);
        at += 3;
      } else {
        bytes := Array.append(bytes, [given[at]]);
        at += 1;
      };
    };
    Text.decodeUtf8(Blob.fromArray(bytes));
  };

  func digit(byte : Nat8) : ?Nat8 {
    if (byte >= 48 and byte <= 57) ?(byte - 48) else if (byte >= 65 and byte <= 70) ?(byte - 55) else if (byte >= 97 and byte <= 102) ?(byte - 87) else null;
  };
};

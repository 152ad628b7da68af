// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What an operator says about a node.
/// @param payout Where the node's income goes. Zero: nothing can be paid out yet.
/// @param pricePerGiB Token base units for 2^30 bytes of IP traffic, both directions together.
/// @param pricePerHour Token base units for 3,600 seconds of a pass.
/// @param country ISO 3166-1 alpha-2 in upper case, or zero.
/// @param flags Bit 0: retired, not to be listed. Other bits are reserved.
/// @param commitment keccak256(abi.encodePacked(WireGuard public key, exit-policy hash)).
/// @param apiUrl Where the gateway answers, without a trailing slash.
/// @param metadataCid CID of a JSON document about the node, or empty.
struct NodeParams {
    address payout;
    uint96 pricePerGiB;
    uint96 pricePerHour;
    bytes2 country;
    uint16 flags;
    bytes32 commitment;
    string apiUrl;
    string metadataCid;
}

/// @notice A node's record. It is never deleted.
struct NodeRecord {
    address operator;
    address pendingOperator;
    address successor;
    uint40 registeredAt;
    uint40 updatedAt;
    NodeParams params;
}

/// @notice The constructor's argument: what is fixed at deployment, and the first caps. The first minimum bond is 0,
/// since X4PN is first earned by settling.
/// @param bondToken X4PN.
/// @param authority The AccessManager that says who may open, execute and dismiss cases and set parameters.
/// @param caseBps Basis points of a bond that one case can freeze, at most `MAX_CASE_BPS`.
/// @param epochBps Basis points of a bond that the cases of one epoch can freeze, at most `MAX_EPOCH_BPS`.
struct RegistryParams {
    address bondToken;
    address authority;
    uint16 caseBps;
    uint16 epochBps;
}

/// @title The list of nodes. A node's id is the address of its node key.
interface IX4PNNodeRegistry {
    /// @notice `node` is listed under `operator`, who says `params` about it.
    event NodeRegistered(address indexed node, address indexed operator, NodeParams params);
    /// @notice All that the operator says about `node`, from now on.
    event NodeUpdated(address indexed node, NodeParams params);
    /// @notice `node`'s key was replaced: `successor` carries on under the same operator and bond.
    event NodeSucceeded(address indexed node, address indexed successor, address indexed operator);
    /// @notice `node` was offered to `to`, or with the zero address the offer was taken back.
    event OperatorTransferStarted(address indexed node, address indexed from, address indexed to);
    /// @notice `to` accepted `node`.
    event OperatorTransferred(address indexed node, address indexed from, address indexed to);
    /// @notice The node key says that it is alive; sent only where no settlement proved it lately.
    event Heartbeat(address indexed node);

    /// @notice This node key is registered: take another.
    error Registry_AlreadyRegistered(address node);
    /// @notice No such node was ever registered.
    error Registry_UnknownNode(address node);
    /// @notice Only the node's operator may do this.
    error Registry_NotOperator(address node, address caller);
    /// @notice The node was not offered to `caller`.
    error Registry_NotPendingOperator(address node, address caller);
    /// @notice The consent is not `node`'s signature for this operator and deadline.
    error Registry_BadConsent(address node);
    /// @notice The consent's deadline (Unix second) has passed: let the node sign a new one.
    error Registry_Expired(uint256 deadline);
    /// @notice The URL has a length out of bounds (bytes), or ends in a slash.
    error Registry_BadUrl(uint256 length);
    /// @notice Neither two upper-case letters nor zero.
    error Registry_BadCountry(bytes2 country);
    /// @notice The metadata's CID is too long (bytes).
    error Registry_BadMetadata(uint256 length);
    /// @notice This node was succeeded: speak about `successor`.
    error Registry_HasSuccessor(address node, address successor);

    /// @notice Lists `node` under the caller. `consent` is the node key's signature over
    /// `NodeConsent(node, operator, deadline)`: nobody registers another's key. Takes the minimum bond, where there is
    /// one, from the caller by allowance.
    function register(address node, NodeParams calldata params, uint40 deadline, bytes calldata consent) external;
    /// @notice Replaces everything the operator says about the node.
    function update(address node, NodeParams calldata params) external;
    /// @notice Changes only where the income goes.
    function setPayout(address node, address payout) external;
    /// @notice Replaces a stolen or worn-out node key. The old id settles and is paid out, nothing more; its bond, with
    /// an exit and open cases, is the successor's. An open offer of the operatorship is taken back.
    function succeed(address node, address successor, uint40 deadline, bytes calldata consent) external;
    /// @notice Offers `node` to `to`, who must accept; the zero address takes an offer back. The operator's alone.
    function transferOperator(address node, address to) external;
    /// @notice Takes a node that was offered to the caller, with its bond and its cases.
    function acceptOperator(address node) external;
    /// @notice Sent by the node key.
    function heartbeat() external;

    /// @notice How many nodes were ever registered.
    function nodeCount() external view returns (uint256);
    /// @notice At most `limit` nodes from position `offset`, in order of registration, so that nobody needs an index.
    function nodes(uint256 offset, uint256 limit)
        external
        view
        returns (address[] memory ids, NodeRecord[] memory records);
    /// @notice Reverts for an unknown node.
    function nodeOf(address node) external view returns (NodeRecord memory);
    /// @notice Zero for an unknown node.
    function payoutOf(address node) external view returns (address);
    /// @notice Zero for an unknown node.
    function operatorOf(address node) external view returns (address);
    /// @notice Whether `node` was ever registered; retired and succeeded ones were.
    function isRegistered(address node) external view returns (bool);
    /// @notice EIP-712 domain of consents; computed anew after a fork of the chain.
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

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
    event NodeRegistered(address indexed node, address indexed operator, NodeParams params);
    event NodeUpdated(address indexed node, NodeParams params);
    /// @notice `node`'s key was replaced: `successor` carries on under the same operator and bond.
    event NodeSucceeded(address indexed node, address indexed successor, address indexed operator);
    event OperatorTransferStarted(address indexed node, address indexed from, address indexed to);
    event OperatorTransferred(address indexed node, address indexed from, address indexed to);
    /// @notice The node key says that it is alive; sent only where no settlement proved it lately.
    event Heartbeat(address indexed node);

    error Registry_AlreadyRegistered(address node);
    error Registry_UnknownNode(address node);
    error Registry_NotOperator(address node, address caller);
    error Registry_NotPendingOperator(address node, address caller);
    error Registry_BadConsent(address node);
    error Registry_Expired(uint256 deadline);
    error Registry_BadUrl(uint256 length);
    error Registry_BadCountry(bytes2 country);
    error Registry_BadMetadata(uint256 length);
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
    function transferOperator(address node, address to) external;
    function acceptOperator(address node) external;
    /// @notice Sent by the node key.
    function heartbeat() external;

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
    function isRegistered(address node) external view returns (bool);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

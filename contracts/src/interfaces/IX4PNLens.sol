// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeRecord} from "./IX4PNNodeRegistry.sol";
import {NodeAccount, Stream} from "./IX4PNVpnSessions.sol";

/// @notice What names a stream.
struct StreamKey {
    address user;
    address node;
    address sessionKey;
}

/// @notice A stream, and from when on it can be closed without its node.
/// @param id Its id.
/// @param stream As the sessions contract has it.
/// @param closableAt Unix second; 0 while it is not stopped.
struct StreamView {
    bytes32 id;
    Stream stream;
    uint256 closableAt;
}

/// @notice What one receipt is worth at this block, by itself.
/// @param id The stream it claims on; 0 when nobody signed it.
/// @param sessionKey Who signed it; 0 for nobody.
/// @param claimable What it claims in all, clamped to the deposit, in token base units.
/// @param pays What `settle` would move for it now, the fee included, in token base units.
/// @param skipReason Why it would pay nothing (a `SkipReason`); 0 when it pays.
struct ClaimView {
    bytes32 id;
    address sessionKey;
    uint96 claimable;
    uint96 pays;
    uint8 skipReason;
}

/// @notice A node: its record, prices among them, and what the sessions contract holds for it.
struct NodeView {
    address node;
    NodeRecord record;
    NodeAccount account;
}

/// @notice What a user has, in token base units.
/// @param freeBalance In the sessions contract.
/// @param walletBalance In the wallet.
/// @param allowance What the sessions contract may take from the wallet.
/// @param nativeBalance The chain's coin, in 10^-18.
struct UserView {
    uint256 freeBalance;
    uint256 walletBalance;
    uint256 allowance;
    uint256 nativeBalance;
}

/// @notice What holds for everyone at this block. Times are Unix seconds, money token base units.
struct NetworkView {
    uint256 blockNumber;
    uint256 timestamp;
    uint256 currentEpoch;
    uint256 feeBps;
    uint256 inflowsPausedUntil;
    uint256 treasuryBalance;
    uint256 nodeCount;
}

/// @title Reads many things in one `eth_call`, all of them at the same block.
/// @notice It stores nothing and nothing depends on it: everything it says can be read from the sessions contract, the
/// registry and the token one by one. How much fits into one call is for the RPC's gas limit to say.
interface IX4PNLens {
    /// @notice What is the same for everybody: fee, epoch, pause and the rest, as of this block.
    function network() external view returns (NetworkView memory);
    /// @notice Zeros for an id that was never opened.
    function streamsById(bytes32[] calldata ids) external view returns (Stream[] memory);
    /// @notice The same for who knows the parts of the ids.
    function streams(StreamKey[] calldata keys) external view returns (StreamView[] memory);
    /// @notice What packed items of `settle` would pay if they were sent in this block, each by itself: two receipts of
    /// one stream are each weighed against what is settled now. Reverts with `Sessions_BadItemsLength` as `settle` does.
    function claims(address node, bytes calldata items) external view returns (ClaimView[] memory);
    /// @notice At most `limit` nodes from position `offset`, in order of registration.
    function nodes(uint256 offset, uint256 limit) external view returns (NodeView[] memory);
    /// @notice Free balance, wallet balance and allowance of each account, in token base units.
    function users(address[] calldata accounts) external view returns (UserView[] memory);
    /// @notice The sessions contract whose money it shows; registry and token are that contract's.
    function SESSIONS() external view returns (address);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AutomationCompatibleInterface
} from "@chainlink/contracts/src/v0.8/automation/interfaces/AutomationCompatibleInterface.sol";

/// @notice Which nodes an upkeep looks after, and from what amounts on it is worth the gas: `checkData`, ABI-encoded.
/// @param offset Position in the registry of the first node.
/// @param limit How many nodes, at most `MAX_PAGE`; for more nodes register more upkeeps.
/// @param minPayout Token base units: nodes with less are not paid out yet. The treasury too.
/// @param minFees Token base units: fees of less are not booked yet.
struct UpkeepPage {
    uint256 offset;
    uint256 limit;
    uint256 minPayout;
    uint256 minFees;
}

/// @notice What there is to do: `performData`, ABI-encoded.
/// @param epochs Epochs to roll.
/// @param book Nodes whose fees are to be booked.
/// @param payOut Nodes to be paid out.
/// @param payTreasury Whether the treasury is to be paid.
struct UpkeepWork {
    uint256[] epochs;
    address[] book;
    address[] payOut;
    bool payTreasury;
}

/// @title Chainlink Automation for calls that anyone may make: rolling epochs, booking fees, paying out nodes and the
/// treasury.
/// @notice It has no privilege, holds nothing and is needed for nothing: whoever waits for one of these calls can make it.
/// Whatever is given to `performUpkeep`, it can only make these calls.
interface IX4PNUpkeep is AutomationCompatibleInterface {
    /// @notice A call was tried and did nothing: somebody was faster, or it cannot be done. The others went on.
    /// @param target The sessions contract or the rewards contract.
    /// @param selector Its function.
    /// @param subject The node, the epoch, or zero.
    event CallFailed(address indexed target, bytes4 indexed selector, uint256 subject);

    /// @notice More calls in one upkeep than `MAX_CALLS`.
    error Upkeep_TooManyCalls(uint256 calls, uint256 most);
    /// @notice A page of more nodes than `MAX_PAGE`.
    error Upkeep_PageTooLarge(uint256 limit, uint256 most);
    /// @notice An address without code.
    error Upkeep_BadAddress(address account);

    /// @notice The sessions contract.
    function SESSIONS() external view returns (address);
    /// @notice The rewards contract.
    function REWARDS() external view returns (address);
    /// @notice Most nodes that one check looks at, so that it stays within the gas that Automation gives it.
    function MAX_PAGE() external view returns (uint256);
    /// @notice Most calls of one upkeep, for the same reason; the next upkeep does the rest.
    function MAX_CALLS() external view returns (uint256);
    /// @notice Epochs before the present one that a check looks at. An older one can be rolled by naming it.
    function LOOKBACK() external view returns (uint256);
}

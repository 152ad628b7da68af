// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IX4PNVpnSessions} from "../interfaces/IX4PNVpnSessions.sol";

/// @title All that governance can do here: the fee, the treasury's address, and a pause of inflows.
/// @dev The delays are kept by this contract itself, whatever the authority does. None of it reaches user money.
abstract contract Governance is IX4PNVpnSessions, AccessManaged {
    /// @dev One slot. `next` is in force from `effectiveAt` on.
    struct FeeSchedule {
        uint16 current;
        uint16 next;
        uint40 effectiveAt;
    }

    struct TreasurySchedule {
        address current;
        uint40 effectiveAt;
        address next;
    }

    /// @inheritdoc IX4PNVpnSessions
    uint256 public constant FEE_DELAY = 7 days;
    /// @inheritdoc IX4PNVpnSessions
    uint256 public constant FEE_CAP_BPS = 500;
    /// @inheritdoc IX4PNVpnSessions
    uint256 public constant PAUSE_LENGTH = 7 days;

    /// @inheritdoc IX4PNVpnSessions
    uint256 public inflowsPausedUntil;

    FeeSchedule private _fee;
    TreasurySchedule private _treasury;

    /// @dev For every function that brings money into the contract or into a stream.
    modifier whenInflowsOpen() {
        _checkInflows();
        _;
    }

    constructor(address authority, uint16 initialFeeBps, address initialTreasury) AccessManaged(authority) {
        if (authority == address(0)) revert Sessions_BadAddress(authority);
        _checkFee(initialFeeBps);
        _checkTreasury(initialTreasury);
        _fee.next = initialFeeBps;
        _treasury.next = initialTreasury;
    }

    /// @inheritdoc IX4PNVpnSessions
    function setFee(uint16 newFeeBps) external restricted {
        _checkFee(newFeeBps);
        uint256 effectiveAt = block.timestamp + FEE_DELAY;
        // A change that is not in force yet is replaced, and the delay starts anew.
        _fee = FeeSchedule({current: uint16(feeBps()), next: newFeeBps, effectiveAt: uint40(effectiveAt)});
        emit FeeScheduled(newFeeBps, effectiveAt);
    }

    /// @inheritdoc IX4PNVpnSessions
    function setTreasury(address newTreasury) external restricted {
        _checkTreasury(newTreasury);
        uint256 effectiveAt = block.timestamp + FEE_DELAY;
        _treasury = TreasurySchedule({current: treasury(), next: newTreasury, effectiveAt: uint40(effectiveAt)});
        emit TreasuryScheduled(newTreasury, effectiveAt);
    }

    /// @inheritdoc IX4PNVpnSessions
    /// @dev Cannot be prolonged while it runs: each pause ends by itself, and the next is a new act for all to see.
    function pauseInflows() external restricted whenInflowsOpen {
        uint256 until = block.timestamp + PAUSE_LENGTH;
        inflowsPausedUntil = until;
        emit InflowsPaused(until);
    }

    /// @inheritdoc IX4PNVpnSessions
    function unpauseInflows() external restricted {
        inflowsPausedUntil = 0;
        emit InflowsUnpaused();
    }

    /// @inheritdoc IX4PNVpnSessions
    function feeBps() public view returns (uint256) {
        return block.timestamp < _fee.effectiveAt ? _fee.current : _fee.next;
    }

    /// @inheritdoc IX4PNVpnSessions
    function treasury() public view returns (address) {
        return block.timestamp < _treasury.effectiveAt ? _treasury.current : _treasury.next;
    }

    function _checkInflows() private view {
        uint256 until = inflowsPausedUntil;
        if (block.timestamp < until) revert Sessions_InflowsPaused(until);
    }

    function _checkFee(uint256 bps) private pure {
        if (bps > FEE_CAP_BPS) revert Sessions_FeeAboveCap(bps, FEE_CAP_BPS);
    }

    function _checkTreasury(address account) private view {
        if (account == address(0) || account == address(this)) revert Sessions_BadAddress(account);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IX4PNNodeBond} from "../interfaces/IX4PNNodeBond.sol";

/// @title What governance can set about bonds: the minimum and the caps on slashing.
/// @dev Bounds and delays are kept by this contract itself, whatever the authority does.
abstract contract BondParameters is IX4PNNodeBond, AccessManaged {
    /// @dev One slot. `next` is in force from `effectiveAt` on.
    struct MinimumSchedule {
        uint96 current;
        uint96 next;
        uint40 effectiveAt;
    }

    struct CapsSchedule {
        uint16 caseBps;
        uint16 epochBps;
        uint16 nextCaseBps;
        uint16 nextEpochBps;
        uint40 effectiveAt;
    }

    /// @inheritdoc IX4PNNodeBond
    uint256 public constant EXIT_DELAY = 30 days;
    /// @inheritdoc IX4PNNodeBond
    uint256 public constant OBJECTION_DELAY = 7 days;
    /// @inheritdoc IX4PNNodeBond
    uint256 public constant EXECUTION_DELAY = 7 days;
    /// @inheritdoc IX4PNNodeBond
    uint256 public constant EXECUTION_WINDOW = 7 days;
    /// @inheritdoc IX4PNNodeBond
    uint256 public constant SLASH_EPOCH = 30 days;
    /// @inheritdoc IX4PNNodeBond
    /// @dev A week to notice the change, then the whole exit.
    uint256 public constant BOND_PARAMETER_DELAY = 7 days + EXIT_DELAY;
    /// @inheritdoc IX4PNNodeBond
    /// @dev A hundred thousandth of all X4PN that there can ever be.
    uint256 public constant MAX_MINIMUM_BOND = 10_000e18;
    /// @inheritdoc IX4PNNodeBond
    uint256 public constant MAX_CASE_BPS = 5_000;
    /// @inheritdoc IX4PNNodeBond
    uint256 public constant MAX_EPOCH_BPS = 5_000;

    uint256 internal constant BPS = 10_000;

    MinimumSchedule private _minimum;
    CapsSchedule private _caps;

    constructor(address authority, uint256 caseBps, uint256 epochBps) AccessManaged(authority) {
        if (authority.code.length == 0) revert Bond_BadAddress(authority);
        _checkCaps(caseBps, epochBps);
        _caps.nextCaseBps = uint16(caseBps);
        _caps.nextEpochBps = uint16(epochBps);
    }

    /// @inheritdoc IX4PNNodeBond
    function setMinimumBond(uint256 minimum) external restricted {
        if (minimum > MAX_MINIMUM_BOND) revert Bond_OutOfBounds("minimumBond", minimum);
        uint256 effectiveAt = block.timestamp + BOND_PARAMETER_DELAY;
        // A change that is not in force yet is replaced, and the delay starts anew.
        _minimum =
            MinimumSchedule({current: uint96(minimumBond()), next: uint96(minimum), effectiveAt: uint40(effectiveAt)});
        emit MinimumBondScheduled(minimum, effectiveAt);
    }

    /// @inheritdoc IX4PNNodeBond
    function setSlashCaps(uint256 caseBps, uint256 epochBps) external restricted {
        _checkCaps(caseBps, epochBps);
        uint256 effectiveAt = block.timestamp + BOND_PARAMETER_DELAY;
        (uint256 currentCaseBps, uint256 currentEpochBps) = slashCaps();
        _caps = CapsSchedule({
            caseBps: uint16(currentCaseBps),
            epochBps: uint16(currentEpochBps),
            nextCaseBps: uint16(caseBps),
            nextEpochBps: uint16(epochBps),
            effectiveAt: uint40(effectiveAt)
        });
        emit SlashCapsScheduled(caseBps, epochBps, effectiveAt);
    }

    /// @inheritdoc IX4PNNodeBond
    function minimumBond() public view returns (uint256) {
        return block.timestamp < _minimum.effectiveAt ? _minimum.current : _minimum.next;
    }

    /// @inheritdoc IX4PNNodeBond
    function slashCaps() public view returns (uint256 caseBps, uint256 epochBps) {
        CapsSchedule memory caps = _caps;
        return
            block.timestamp < caps.effectiveAt ? (caps.caseBps, caps.epochBps) : (caps.nextCaseBps, caps.nextEpochBps);
    }

    function _checkCaps(uint256 caseBps, uint256 epochBps) private pure {
        if (caseBps > MAX_CASE_BPS) revert Bond_OutOfBounds("caseBps", caseBps);
        if (epochBps > MAX_EPOCH_BPS) revert Bond_OutOfBounds("epochBps", epochBps);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeBond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {BondTest} from "../utils/BondTest.sol";

/// @title How much governance can freeze and take, whatever it does.
contract CapsTest is BondTest {
    function test_aCaseFreezesAtMostItsCap() public {
        assertEq(bonds.slashable(node), CASE_CAP);
        uint256 caseId = _openCase(type(uint256).max);
        assertEq(bonds.slashCase(caseId).amount, CASE_CAP);
        _assertBond(node, BOND, 0, CASE_CAP);
    }

    function test_anEpochsCasesFreezeAtMostItsCap() public {
        _openCase(CASE_CAP);
        assertEq(bonds.slashable(node), EPOCH_CAP - CASE_CAP);
        uint256 caseId = _openCase(CASE_CAP);
        assertEq(bonds.slashCase(caseId).amount, EPOCH_CAP - CASE_CAP);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_NothingToFreeze.selector, node));
        _openCase(1);
        skip(30 days);
        assertEq(bonds.slashable(node), CASE_CAP);
        // The new epoch counts from nothing.
        _openCase(100 * X4PN);
        assertEq(bonds.slashable(node), CASE_CAP);
        _openCase(100 * X4PN);
        assertEq(bonds.slashable(node), 100 * X4PN);
    }

    function test_aDismissedCaseIsNotGivenBackToTheEpoch() public {
        for (uint256 i; i < 2; ++i) {
            uint256 caseId = _openCase(CASE_CAP);
            vm.prank(admin);
            bonds.dismissCase(caseId);
        }
        assertEq(bonds.slashable(node), 0);
    }

    function test_whatWasBurnedLowersWhatTheEpochStillAllows() public {
        uint256 caseId = _openCase(CASE_CAP);
        skip(7 days);
        _execute(caseId);
        // 30% of 800, less the 200 that were opened.
        assertEq(bonds.slashable(node), 40 * X4PN);
    }

    function test_whatIsFrozenCannotBeFrozenAgain() public {
        _startExit(BOND);
        skip(30 days);
        _openCase(CASE_CAP);
        _finishExit();
        // In the next epoch, with the case still open.
        skip(30 days);
        _assertBond(node, CASE_CAP, CASE_CAP, CASE_CAP);
        assertEq(bonds.slashable(node), 0);
    }

    function test_anOperatorCannotMakeAnOpeningFailByLoweringTheBond() public {
        _startExit(900 * X4PN);
        skip(30 days);
        // Governance wants 200; the operator comes first.
        _finishExit();
        uint256 caseId = _openCase(CASE_CAP);
        assertEq(bonds.slashCase(caseId).amount, 20 * X4PN);
    }

    /// @dev Governance that wants everything, against an operator who leaves at the first case.
    function testFuzz_anOperatorWhoLeavesLosesAtMostTwoEpochsCaps(uint256 start, uint256 step) public {
        skip(bound(start, 0, 30 days));
        step = bound(step, 1 hours, 5 days);
        uint256 leftAt = _now() + 30 days;
        uint256 supply = x4pn.totalSupply();
        uint256 first = _openCase(type(uint256).max);
        _startExit(BOND);
        uint256 last = first;
        while (_now() + step < leftAt) {
            skip(step);
            _executeAll(first, last);
            if (bonds.slashable(node) != 0) last = _openCase(type(uint256).max);
        }
        vm.warp(leftAt);
        uint256 out = _finishExit();
        skip(7 days);
        _executeAll(first, last);
        uint256 burned = supply - x4pn.totalSupply();
        assertLe(burned, 2 * EPOCH_CAP);
        assertGe(out, BOND - 2 * EPOCH_CAP);
        assertEq(x4pn.balanceOf(address(bonds)), BOND - burned - out);
    }

    function _executeAll(uint256 first, uint256 last) private {
        for (uint256 id = first; id <= last; ++id) {
            uint256 from = bonds.slashCase(id).executableAt;
            if (bonds.slashCase(id).state == 1 && _now() >= from && _now() < from + 7 days) _execute(id);
        }
    }
}
